"""The story on a projector."""
