"""Words from outside by Unicode category, and what escapes leave of them."""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from html.parser import HTMLParser
from xml.dom.minidom import parseString

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from models import text
from models.errors import Refused
from models.library import shipped
from models.parameters.funds import Cohort
from models.worlds import replace
from policy.interventions.repo_facility import RepoFacility
from policy.spec import parse_policy, policy

PRINTED = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"}  # fmt: skip
HOSTILE = "Say `a` *b* _c_ [d](e) <i>f</i> $g$ ~h~ \\ | &lt; :red[x] www.x.org a@b.c http://x.org"


def test_every_category_is_printed_or_refused() -> None:
    """Controls, direction marks, private and unassigned code points, surrogates and odd spaces are refused; letters are not."""
    for point in range(sys.maxunicode + 1):
        letter = chr(point)
        category = unicodedata.category(letter)
        why = text.trouble(f"a{letter}")
        assert (why == "") == (category in PRINTED or letter == " "), (hex(point), category, why)


def test_direction_marks_are_refused_by_name() -> None:
    for letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c":
        assert "U+" in text.trouble(f"a{letter}b")


def test_towers_of_accents_are_refused() -> None:
    assert text.trouble("e\u0301\u0323") == "" and text.trouble("नमस्ते") == ""
    assert "stacks" in text.trouble("e" + "\u0301" * 4)
    assert "begins with an accent" in text.trouble("\u0301e")


@pytest.mark.parametrize(
    "label", ["key", "Unit", "none", "-x", "*x", "=x", "‮evil", "a\x07b", "a\u200bb", "", " "]
)
def test_labels_that_would_take_a_tables_place_are_refused(label: str) -> None:
    """A policy labelled `key` overwrote the keys of the table, exit 0."""
    with pytest.raises(Refused):
        policy([RepoFacility()], label or "\t")
    with pytest.raises(Refused):
        parse_policy(f"{label or '!'}=repo")


@pytest.mark.parametrize(
    "label", ["A", "7 days", "Δ plan", "Über", "日本", "Keys", "none at all", "(" and "a (b)"]
)
def test_labels_that_people_give_are_accepted(label: str) -> None:
    assert parse_policy(f"{label}=repo").label == label


@pytest.mark.parametrize("bad", ["a\nb", "a\x1b[31mb", "a\u202eb", "a\ufffeb", "a\U000e0041b"])
def test_titles_events_and_names_of_groups_hold_one_line(bad: str) -> None:
    world = shipped("calm")
    cohort = world.funds.cohorts[0].model_dump()
    for changes in (
        {"title": bad},
        {"summary": bad},
        {"scenario.events": [{"day": 1, "text": bad}]},
        {"funds.cohorts": [{**cohort, "name": bad}]},
    ):
        with pytest.raises(Refused, match="cannot be printed"):
            replace(world, changes)
    assert Cohort(**{**cohort, "name": "Ünïcode 7"}).name == "Ünïcode 7"


def test_refused_values_are_repeated_in_part() -> None:
    assert len(text.shown("x" * 10_000)) < 150 and text.shown("a\x1b") == "'a\\x1b'"
    assert len(text.terminal("x " * 5_000)) <= text.LONGEST_MESSAGE + 1
    assert text.terminal("a\x1b[31m\u202eb\nc") == "a\\x1b[31m\\u202eb c"


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x2FF), max_size=40))
def test_markdown_says_what_it_was_given(said: str) -> None:
    """Rendered by a reader of CommonMark with tables, strikethrough and automatic links, the words come back as words."""
    words = " ".join(said.split())
    made = (
        MarkdownIt("commonmark", {"linkify": False})
        .enable(["table", "strikethrough"])
        .parse(text.markdown(words))
    )
    inline = [child for token in made for child in (token.children or ())]
    assert {token.type for token in made} <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert "".join(child.content for child in inline) == words


def test_markdown_leaves_no_mark_that_streamlit_knows() -> None:
    made = text.markdown(HOSTILE)
    for piece in ("`a`", "*b*", "_c_", "[d]", "<i>", "$g$", "~h~", ":red[", "www.x", "a@b", "http:/", "&lt;"):
        assert piece not in made.replace("\\" + piece[0], "")
    assert (
        text.markdown("1. one") == "1\\. one"
        and text.markdown("# a") == "\\# a"
        and text.markdown("- a") == "\\- a"
    )
    assert text.markdown("at 10:30, 5.5% or -3 bp") == "at 10\\:30, 5.5% or -3 bp"


def test_formulas_hold_no_command_from_outside() -> None:
    assert "\\href" not in text.latex("\\href{x}{y}") and text.latex("a_b") == "a\\_b"


class _Heard(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_pages_and_drawings_hold_words_as_words() -> None:
    heard = _Heard()
    heard.feed(text.html(HOSTILE))
    assert (heard.tags, heard.said) == ([], HOSTILE)
    drawn = parseString(
        f'<svg title="{text.svg(HOSTILE)}"><text>{text.svg(HOSTILE)}\x20</text></svg>'
    ).documentElement
    assert drawn is not None and drawn.getAttribute("title") == HOSTILE
    assert parseString(f"<a>{text.svg('a' + chr(0) + chr(27) + chr(0xFFFE))}</a>")


def test_a_spreadsheet_sees_no_formula() -> None:
    for word in ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1"):
        assert text.csv_cell(word) == f"'{word}"
    assert text.csv_cell(-1.5) == -1.5 and text.csv_cell("a=1") == "a=1"
    buffer = io.StringIO()
    csv.writer(buffer).writerow([text.csv_cell(HOSTILE)])
    assert next(csv.reader(io.StringIO(buffer.getvalue()))) == [HOSTILE]
    assert text.csv_comment("a\nb\r\n=1") == "# a b =1"
