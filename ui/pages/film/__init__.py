"""Play the days."""
