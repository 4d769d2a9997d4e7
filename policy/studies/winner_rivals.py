"""Where the winner depends on how the market is built: the map once more, coarse, in rival structures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.errors import Refused
from models.stack import Flags
from policy.ranking.criteria import Weights
from policy.studies.draws import AS_SHIPPED, USUAL, drawn_world, rival
from policy.studies.winner_map import Picture, Question
from policy.studies.winner_reading import leaders

SIDE = 8


def rival_questions(question: Question, names: Sequence[str] = USUAL) -> dict[str, Question]:
    """The question in each structure's own fit, as shipped first; one that does not fit the world or its axes is left out."""
    told = {AS_SHIPPED.name: replace(question, side=SIDE)}
    for name in names:
        under = rival(name)
        if under.name in told or {question.x.name, question.y.name} & under.settings.keys():
            continue
        try:
            told[name] = replace(question, world=drawn_world(question.world, {}, under), side=SIDE)
        except Refused:
            continue
    return told


def disagree(pictures: Sequence[Picture], weights: Weights) -> Flags:
    """Cells in which some structure clearly has another winner than the first, which is clear too, (x, y)."""
    read = [leaders(picture, weights) for picture in pictures]
    first = read[0]
    other = [(own.best != first.best) & own.clear & first.clear for own in read[1:]]
    return np.logical_or.reduce([np.zeros(pictures[0].shape, bool), *other])
