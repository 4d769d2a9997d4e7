"""A process of its own may die, hang or be given up; this one goes on."""

from __future__ import annotations

import os
import time

import pytest

from models.errors import Refused
from policy.studies.helper import Died, Helper


@pytest.fixture(scope="module")
def helper():
    made = Helper(seconds=20.0, memory_mb=2000)
    yield made
    made.close()


def test_it_answers_from_a_process_that_stays(helper: Helper) -> None:
    first = helper.call(os.getpid)
    assert first == helper.pid != os.getpid() and helper.call(os.getpid) == first
    assert helper.call(sum, [1, 2, 3]) == 6


def test_what_is_raised_there_is_raised_here_and_the_process_stays(helper: Helper) -> None:
    before = helper.call(os.getpid)
    with pytest.raises(ZeroDivisionError):
        helper.call(divmod, 1, 0)
    with pytest.raises(Refused, match="memory"):
        helper.call(bytearray, 10**10)
    assert helper.call(os.getpid) == before


def test_an_abort_ends_the_process_alone(helper: Helper) -> None:
    """The image converter's panic aborted the server for everybody."""
    before = helper.call(os.getpid)
    with pytest.raises(Died):
        helper.call(os.abort)
    assert helper.call(os.getpid) != before


def test_work_nobody_wants_any_more_is_stopped(helper: Helper) -> None:
    class Gone(Exception):
        pass

    began = time.monotonic()

    def alive() -> None:
        if time.monotonic() - began > 0.3:
            raise Gone

    before = helper.call(os.getpid)
    with pytest.raises(Gone):
        helper.call(time.sleep, 15, alive=alive)
    assert time.monotonic() - began < 8
    with pytest.raises(OSError):
        os.kill(before, 0)


def test_what_takes_too_long_is_refused() -> None:
    made = Helper(seconds=0.5)
    with pytest.raises(Refused, match=r"longer than 0\.5 seconds"):
        made.call(time.sleep, 15)
    assert made.pid is None


def test_work_that_can_wait_goes_after_others() -> None:
    patient = Helper(seconds=20.0, keep=False, patience=3)
    assert patient.call(os.nice, 0) == min(os.nice(0) + 3, 19)
