"""Several processes: each call at once has one, they stay warm, and none is left once there is no work."""

from __future__ import annotations

import os
import threading
import time

import pytest

from policy.studies.helper import Died
from policy.studies.helpers import Helpers


@pytest.fixture(scope="module")
def two():
    helpers = Helpers(seconds=20.0, rest=1.0)
    yield helpers
    helpers.close()


def together(helpers: Helpers, calls: int) -> list[int]:
    """Processes that answered calls made at once."""
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(helpers.call(waited))) for _ in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


def waited() -> int:
    time.sleep(0.2)
    return os.getpid()


def test_calls_at_once_are_in_processes_of_their_own_and_those_stay(two: Helpers) -> None:
    one = two.call(os.getpid)
    assert two.call(os.getpid) == one != os.getpid()
    answers = together(two, 2)
    assert len(set(answers)) == 2 and one in answers
    assert set(together(two, 2)) == set(answers)


def test_an_abort_ends_one_alone(two: Helpers) -> None:
    with pytest.raises(Died):
        two.call(os.abort)
    assert len(set(together(two, 2))) == 2


def test_without_work_they_end(two: Helpers) -> None:
    process = two.call(os.getpid)
    until = time.monotonic() + 10
    while time.monotonic() < until and _lives(process):
        time.sleep(0.1)
    assert not _lives(process)
    assert two.call(os.getpid) != process


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True
