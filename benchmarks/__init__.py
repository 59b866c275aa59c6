"""What is measured: subjects × sizes × phases, set-up untimed, each beside what it is compared with in the same run."""
