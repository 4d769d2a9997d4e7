"""Charts: a figure with its panels, pieces of specifications, and one file per kind of drawing."""
