"""The slides of a talk of one's own."""
