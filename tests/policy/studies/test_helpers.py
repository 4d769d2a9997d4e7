"""Several processes: as many calls at once as there are, each in one that stays warm, and none once there is no work."""

from __future__ import annotations

import os
import threading
import time

import pytest

from policy.studies.helper import Died
from policy.studies.helpers import Helpers


@pytest.fixture(scope="module")
def two():
    helpers = Helpers(count=2, seconds=20.0, rest=1.0)
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
    answers = together(two, 5)
    assert len(answers) == 5 and len(set(answers)) == 2 and one in answers


def test_an_abort_ends_one_alone(two: Helpers) -> None:
    with pytest.raises(Died):
        two.call(os.abort)
    assert len(set(together(two, 2))) == 2


def test_whoever_waits_may_give_up(two: Helpers) -> None:
    class Gone(Exception):
        pass

    def alive() -> None:
        raise Gone

    busy = [threading.Thread(target=two.call, args=(time.sleep, 0.6)) for _ in range(2)]
    for thread in busy:
        thread.start()
    time.sleep(0.2)
    with pytest.raises(Gone):
        two.call(os.getpid, alive=alive)
    for thread in busy:
        thread.join(20)


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
