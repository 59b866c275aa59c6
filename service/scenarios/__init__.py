"""Use cases of what-if: finding scenarios, running them on branches, sweeping, comparing, adopting."""
