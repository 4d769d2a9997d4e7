"""Every number of the market, one file per actor, each with its bounds, unit, meaning, source and evidence tag."""
