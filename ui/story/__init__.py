"""The guided story: its steps, its slides and its cards."""
