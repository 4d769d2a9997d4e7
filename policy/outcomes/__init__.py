"""How a run is judged: each outcome once, with the statistics, the public's result and what explains a difference."""
