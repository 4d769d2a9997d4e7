"""The story in eight steps."""
