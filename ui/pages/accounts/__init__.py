"""The accounts of one run."""
