"""The market once more, in scalar Python: one path, no code shared with the engine. It imports nothing else of `models`.

One file an actor, as docs/model.md tells the day: `parameters` what a world says, `state` what a day begins with, then `margins`,
`dealers`, `funding`, `issuance`, `wedges`, `hedge_funds`, `auction`, `cascade`, `settlement`, `yields`; `market` is the
day, `run` days in a row, `recorded` what is written down of a day under the engine's names, `shocks` one path's shocks
out of given normals; `reading` turns a world into plain tuples. Elsewhere only floats, tuples and arrays appear, with functions,
branches and loops, so a compiler for numeric Python takes it whole and another language is written from it line by line.
Units: $bn of face, bp, points per 100 of face, shares, business days.
"""
