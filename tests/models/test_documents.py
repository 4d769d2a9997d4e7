"""The door for documents: what would take a parser's time or memory is refused before it is parsed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.paths import ROOT

from models.documents import DOCUMENT, EXPERIMENT, SETTING, flat, listed, measure, parse, parse_settings, read
from models.errors import Refused
from models.library import SHIPPED, from_toml, shipped
from models.worlds import replace, to_toml

HOSTILE = {
    "dotted": ".".join("a" * 120_000) + " = 1",
    "dotted in a header": "[" + ".".join("a" * 120_000) + "]",
    "quoted and dotted": ".".join(['"a"'] * 60_000) + " = 1",
    "nested lists": "a = " + "[" * 100_000,
    "nested tables": "a = " + "{a = " * 40_000,
    "digits": "a = " + "9" * 100_000,
    "digits of a float": "a = 0." + "9" * 100_000,
    "many tables": "\n".join(f"[a{k}]" for k in range(30_000)) + "\n[[b]]" * 12_000,
    "many values": "a = [" + "1," * 120_000 + "]",
    "long": "# " + "x" * 400_000,
    "strings that never end": '"""\n\\"""\n' * 25_000,
    "quotes that never end": '"\\' * 100_000,
    "literals that never end": "'''\n''\n" * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_that_would_take_a_parsers_memory_is_refused_at_once(name: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused):
        parse(HOSTILE[name])
    assert time.process_time() - began < 1.0


def test_the_dotted_key_of_a_short_link_takes_no_memory() -> None:
    """A link of 140 characters unpacked to this took three gigabytes, for good."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))\n"
        "from models.documents import parse; from models.errors import Refused\n"
        "try: parse('.'.join('a' * 100_000) + '=1')\n"
        "except Refused: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_world_fits_with_room_to_spare(name: str) -> None:
    text = to_toml(shipped(name))
    measure(text)
    measure((ROOT / "models" / "episodes" / f"{name}.toml").read_text("utf-8"))
    assert len(text.encode()) < DOCUMENT.size / 3
    assert from_toml(text) == shipped(name)


@given(st.text(max_size=300) | st.from_regex(r"[a-b.=\[\]{}\"'#0-9\n\\, ]{0,300}", fullmatch=True))
def test_whatever_the_text_is_there_is_data_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(parse(text), dict)
    except Refused as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        'a = "1.1.1.1.1.1.1.1.1.1.1"',
        "a = '[[[[[[[[[[[['",
        "# [[[[[[[[[[[[[",
        'a = """\n' + "[" * 50 + '"""',
        "a = 1.5",
    ],
)
def test_what_stands_in_strings_and_comments_counts_for_nothing(text: str) -> None:
    assert parse(text) == parse(text)


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1899, 12, 31)])
def test_dates_at_the_ends_of_the_calendar_are_refused(day: dt.date) -> None:
    with pytest.raises(Refused, match=r"scenario\.start"):
        replace(shipped("calm"), {"scenario.start": day})


def test_settings_keep_everything_they_are_given() -> None:
    assert parse_settings(["a.b=1", "c = [1, 2]", "d=x"]) == {"a.b": 1, "c": [1, 2], "d": "x"}
    for texts, said in (
        (["a=1", "a=2"], "given twice"),
        (["a=1", " a = 1"], "given twice"),
        (["a=1\nb=2"], "one line"),
        (["a=1\rb=2"], "one line"),
        (["a"], "dotted.parameter=value"),
        (["a=" + "[" * 40], "brackets"),
        (["a=" + "1" * 5000], "digits"),
    ):
        with pytest.raises(Refused, match=said):
            parse_settings(texts)


def test_a_name_given_as_a_table_and_with_dots_is_refused() -> None:
    assert flat({"a": {"b": 1}, "c.d": 2}, "world") == {"a.b": 1, "c.d": 2}
    assert flat({"a": {"b": 1}}, "world", {"a": None}) == {"a": {"b": 1}}
    with pytest.raises(Refused, match=r"world sets a\.b twice"):
        flat({"a": {"b": 1}, "a.b": 2}, "world")


def test_ten_refusals_are_listed_and_the_rest_counted() -> None:
    assert listed(["one"]) == ("one",)
    found = listed([f"line {k}\x1b[31m" for k in range(25)])
    assert len(found) == 11 and found[-1] == "and 15 more that could not be used"
    assert not any("\x1b" in line for line in found)


def test_no_more_of_a_file_is_read_than_may_be_there(tmp_path: Any) -> None:
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (DOCUMENT.size + 1))
    with pytest.raises(Refused, match="more than 262,144 bytes"):
        read(large, "world")
    assert len(read(large, "experiment", EXPERIMENT)) == DOCUMENT.size + 1
    for path in (tmp_path, tmp_path / "none.toml", "a\0b"):
        with pytest.raises(Refused, match="cannot read world"):
            read(path, "world")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_file_without_an_end_is_refused() -> None:
    with pytest.raises(Refused, match="more than"):
        read("/dev/zero", "world")


@pytest.mark.parametrize("make", [lambda: parse("a = 1", SETTING), lambda: parse("a.b = 1", EXPERIMENT)])
def test_limits_fit_their_documents(make: Callable[[], Any]) -> None:
    assert make()
