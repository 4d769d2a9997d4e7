"""Many runs for one question: what drives an outcome, which design is best, where which policy wins."""
