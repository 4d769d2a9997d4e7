"""The market: a stylised Treasury market that breaks, and what can be ordered of it. Knows orders, never policies."""

MODEL_VERSION = 2  # why, and what older documents lose: `models.versions`
