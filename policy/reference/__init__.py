"""Policies once more, in scalar Python beside `models.reference`: one path, no code shared with the engine.

`conditions` when a policy acts, `settings` what its tools say, `tools` what each orders in the morning, `programmes` what it
buys when, `rules` what is set before the crisis, `run` a whole run day by day, `outcomes` and `profit` how it is judged;
`reading` turns worlds and policies into the plain tuples that all of them take.
"""
