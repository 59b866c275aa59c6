"""What-if questions and the registers they are asked of; `library/` holds the shipped ones, synthetic or real."""
