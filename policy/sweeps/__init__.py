"""An experiment as a file, cut into shards, run by any executor, written as one table."""
