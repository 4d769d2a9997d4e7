"""The state of a screen, every change of it, and its forms as document, link and script."""
