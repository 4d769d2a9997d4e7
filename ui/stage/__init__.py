"""The audience's window and the presenter's: one position for both, moved by keys, buttons, or the other window."""
