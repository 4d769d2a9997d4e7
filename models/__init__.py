"""The market: a stylised Treasury market that breaks, and what can be ordered of it. Knows orders, never policies."""

MODEL_VERSION = 1
