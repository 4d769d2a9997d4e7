"""Where which policy wins."""
