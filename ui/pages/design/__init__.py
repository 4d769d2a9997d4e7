"""The best design of a policy."""
