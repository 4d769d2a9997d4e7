"""The classroom kit on the page."""
