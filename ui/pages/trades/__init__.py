"""The three trades."""
