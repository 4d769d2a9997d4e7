"""Rules beforehand against backstops afterwards: cost in calm and crisis loss avoided."""
