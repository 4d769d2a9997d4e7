"""The model against history."""
