"""Words of a lever's values: ticks where episodes stood, words between them, none missing."""

from __future__ import annotations

import pytest

from models.library import EPISODES, SHIPPED, shipped
from models.worlds import flatten
from ui.state.state import top_levers
from ui.words import levels


@pytest.mark.parametrize("name", SHIPPED)
def test_every_value_of_every_lever_has_its_words_and_episodes_stand_in_order(name: str) -> None:
    world = shipped(name)
    for lever in top_levers(world):
        at = levels.ticks(world, lever)
        words = levels.bands(lever, at)
        assert [t.at for t in at] == sorted(t.at for t in at)
        assert [b.upto for b in words] == sorted(b.upto for b in words)
        for tick in at:
            assert levels.level_words(tick.at, words) == f"as in {tick.text}"
        for value in (0.0, 0.3, 1.0, 400.0, 5000.0):
            assert levels.level_words(value, words)


def test_an_episode_stands_at_its_own_value() -> None:
    for world in (shipped(name) for name in EPISODES):
        if world.kind != "historical":
            continue
        for lever in top_levers(world):
            words = levels.bands(lever, levels.ticks(world, lever))
            text = levels.level_words(flatten(world)[lever], words)
            assert text == "as in every episode" or world.title[:8] in text or world.title[:3] in text


def test_extremes_are_called_so() -> None:
    world = shipped("crowded")
    size, capacity = "scenario.client_financing.size", "dealers.capacity_bn"
    words = {name: levels.bands(name, levels.ticks(world, name)) for name in (size, capacity)}
    assert levels.level_words(0.0, words[size]) == "calm: none of it"
    assert levels.level_words(5.0, words[size]) == "beyond anything seen"
    assert levels.level_words(1.07, words[size]) == "as in March 2020"
    assert levels.level_words(300.0, words[capacity]) == "tighter than anything seen"
