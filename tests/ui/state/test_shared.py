"""Results that sessions share: computed once, bounded by their size, and given up by who no longer wants them."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from ui.state.shared import SharedResults, size_mb


def megabyte(value: float) -> np.ndarray:
    return np.full(125_000, value)


def test_the_ones_used_last_are_kept_as_far_as_they_fit() -> None:
    shared: SharedResults[np.ndarray] = SharedResults(most_mb=3.5)
    computed: list[str] = []

    def ask(key: str, megabytes: int = 1) -> np.ndarray:
        def compute() -> np.ndarray:
            computed.append(key)
            return np.concatenate([megabyte(len(computed))] * megabytes)

        return shared.get(key, compute)

    first = ask("a")
    for key in ("b", "c", "a", "d"):  # the fourth that is new takes the place of the one longest unused
        ask(key)
    assert ask("a") is first and computed == ["a", "b", "c", "d"]
    ask("b")
    assert computed[-1] == "b" and shared.held_mb == pytest.approx(3, rel=0.01)
    large = ask("large", 9)  # larger than all that is kept: it stays alone until the next
    assert ask("large", 9) is large and shared.held_mb == pytest.approx(9, rel=0.01)
    ask("a")
    assert shared.held_mb == pytest.approx(1, rel=0.01)


def test_a_size_counts_arrays_wherever_they_stand() -> None:
    assert size_mb({"x": (megabyte(1), [megabyte(2)])}) == pytest.approx(2, rel=0.01)


def test_who_asks_while_another_computes_waits_for_that_one() -> None:
    shared: SharedResults[int] = SharedResults(most_mb=1.0)
    gate, computed, answers = threading.Event(), [], []

    def compute() -> int:
        computed.append(1)
        gate.wait(10)
        return 7

    threads = [threading.Thread(target=lambda: answers.append(shared.get("a", compute))) for _ in range(5)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    assert shared.get("b", lambda: 8) == 8  # nobody else waits
    gate.set()
    for thread in threads:
        thread.join(10)
    assert (len(computed), answers) == (1, [7] * 5)


def test_who_waits_can_give_up_and_a_failure_is_not_kept() -> None:
    shared: SharedResults[int] = SharedResults(most_mb=1.0)
    gate, answers = threading.Event(), []

    def fails() -> int:
        gate.wait(10)
        raise ValueError("no")

    def first() -> None:
        with pytest.raises(ValueError, match="no"):
            shared.get("a", fails)

    def gone() -> None:
        raise InterruptedError

    failing = threading.Thread(target=first)
    failing.start()
    time.sleep(0.05)
    with pytest.raises(InterruptedError):
        shared.get("a", lambda: 1, gone)
    waiting = threading.Thread(target=lambda: answers.append(shared.get("a", lambda: 2)))
    waiting.start()
    gate.set()
    failing.join(10)
    waiting.join(10)
    assert answers == [2]
