"""The server: its application with routes, middleware and lifespan, its limits, its logs and its process."""
