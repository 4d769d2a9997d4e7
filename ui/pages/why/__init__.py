"""Why: from shock to outcome."""
