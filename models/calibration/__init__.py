"""The calibration: one set of structural values fitted to five episodes by the method of moments, with weak priors.

`targets` reads what an episode should look like, `free` lists what is fitted, `objective` is what a fit minimises, `fit`
searches, `profile` says how far values can move, `folds` leaves episodes out, `structures` refits rivals, `check`
scores what ships or an episode of one's own, `write` puts values into the source tree.
"""
