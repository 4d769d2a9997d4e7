"""The smallest facility that keeps an aim, as a term sheet."""
