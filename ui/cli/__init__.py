"""The command line `backstop`, one file a command. Each command imports only what it needs."""
