"""The market once more, in scalar Python: one path, no code shared with the engine. It imports nothing of `models`."""
