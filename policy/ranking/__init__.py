"""Which policy is best by which weights, and how far that depends on them."""
