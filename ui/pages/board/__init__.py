"""The board of a room, for the projector."""
