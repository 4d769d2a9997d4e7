"""Controls that pages share, each a mirror of one value of the state."""
