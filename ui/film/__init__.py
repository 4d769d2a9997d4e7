"""The market as a film: what every sector holds and what changes hands, day by day, in one picture and one sentence."""
