"""What drives an outcome."""
