"""`backstop term-sheet`: the smallest facility that keeps an aim, by price and trigger, with what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import Force, Policy, PrintFormat, Setting, inputs_of, note, printed, share_note, workers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.studies.alarms import Alarm
    from policy.studies.evaluation import Kept
    from policy.studies.facilities import HelpTerms
    from policy.studies.term_sheet import Order, SheetRow, TermSheet


def term_sheet(
    episode: Annotated[str, typer.Argument(help="A shipped world by name, or a TOML file.")],
    keep: Annotated[
        str, typer.Option(help="The aim: OUTCOME<=LEVEL or OUTCOME>=LEVEL.")
    ] = "days_dislocated<=15",
    probability: Annotated[float, typer.Option(help="On what share of paths it must be kept.")] = 0.95,
    policy: Policy = None,
    setting: Setting = None,
    price: Annotated[
        list[float] | None,
        typer.Option(help="A price of help to try, in the facility's own unit; repeatable."),
    ] = None,
    level: Annotated[
        list[float] | None, typer.Option(help="A level of the trigger to try, in its own unit; repeatable.")
    ] = None,
    paths: Annotated[
        int | None, typer.Option(help="Random paths of the search; 256, or what the probability takes.")
    ] = None,
    checked: Annotated[
        int | None,
        typer.Option(help="Fresh random paths of every proof; 1024, or what the probability takes."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the search; proofs take seeds of their own.")] = 1,
    trials: Annotated[
        Path | None,
        typer.Option(help="Keep finished trials in this file, and go on from those that are there."),
    ] = None,
    format: Annotated[PrintFormat, typer.Option(help="How to print the result.")] = PrintFormat.table,
    out: Annotated[
        Path | None, typer.Option(help="Write to a file instead; one that ends in .pptx is slides.")
    ] = None,
    force: Force = False,
) -> None:
    """The smallest size of each facility that keeps an aim, by price and trigger; `not reachable, because…` is an answer."""
    from dataclasses import replace as replace_fields

    from models import files
    from models.documents import parse_settings
    from models.library import load
    from models.worlds import replace
    from policy.spec import parse_policy
    from policy.studies import term_sheet as study
    from policy.studies.aims import parse_aim
    from policy.studies.alarms import PATHS, alarms
    from policy.studies.facilities import facility, grid, usual

    files.apart({"--out": out, "--trials": trials}, inputs_of(episode, policy))
    if out:
        files.check(out, force)
    world = replace(load(episode), parse_settings(setting or []))
    policies = tuple(parse_policy(spec) for spec in policy) if policy else usual()
    rows = tuple(row for own in policies for row in grid(facility(own), price or (), level or ()))
    usual_order = study.Order.usual(world, parse_aim(keep, probability), rows, seed)
    order = replace_fields(
        usual_order, paths=paths or usual_order.paths, checked=checked or usual_order.checked
    )
    note(f"{len(rows)} rows of terms on {episode}")
    with _kept(trials, order.name) as store, workers(len(rows) * order.paths > 2000)() as pool:
        sheet = study.term_sheet(order, store, share_note(), pool)
    note("counting false alarms")
    alarmed = alarms([row.start for row in rows], seed, min(PATHS, order.paths))
    if out and out.suffix == ".pptx":
        from ui.export.slides import report_pptx
        from ui.pages.term_sheet.view import report

        files.write(out, report_pptx(report(sheet, alarmed)), force)
        return
    text = _json(study.document(sheet, alarmed)) if format is PrintFormat.json else _text(sheet, alarmed)
    if out:
        files.write(out, text, force)
    else:
        printed(text)


@contextmanager
def _kept(path: Path | None, name: str) -> Iterator[Kept]:
    """Finished trials, read from a file and written back however the work ends. Raises `Refused` for another sheet's file."""
    import json

    import numpy as np

    from models import files
    from models.documents import read
    from models.errors import Refused

    store: Kept = {}
    if path and path.exists():
        try:
            data = json.loads(read(str(path), "trials"))
            store.update({bytes.fromhex(k): np.array(v, float) for k, v in data["trials"].items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(f"--trials {str(path)!r} holds no trials; give another file") from None
        if data.get("name") != name:
            raise Refused(
                f"--trials {str(path)!r} belongs to another term sheet or an earlier model; give another file"
            )
    try:
        yield store
    finally:
        if path:
            rows = {k.hex(): v.tolist() for k, v in store.items()}
            files.write(path, json.dumps({"name": name, "trials": rows}) + "\n", force=True)


def _json(document: object) -> str:
    import json

    return json.dumps(_plain(document), indent=1, allow_nan=False) + "\n"


def _plain(value: object) -> object:
    """Data without what JSON does not know."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and value != value else value


HEAD = f"{'facility':18}{'price':>22}  {'begins at':44}{'size':>9}{'kept':>8}{'bound':>8}{'take-up':>9}{'5% tail':>9}{'easing':>8}{'borne':>7}"


def _text(sheet: TermSheet, alarmed: Mapping[str, Sequence[Alarm]]) -> str:
    from ui.words import term_sheet as words

    world, order = sheet.order.world, sheet.order
    lines = [f"{world.title or world.name}: {words.verdict(sheet)}", "", HEAD]
    lines += [_line(order, row) for row in sheet.rows]
    missing = [row for row in sheet.rows if row.size is None]
    lines += ["", *(f"{_named(row.terms)}: {words.answer_words(order, row)}." for row in missing)]
    lines += ["", "Where triggers would have fired without a crisis (share of random paths):"]
    lines += [f"  {line}" for line in words.alarm_lines(alarmed, sheet.rows)]
    lines += [
        "",
        f"$bn and bp; means over {order.checked} fresh paths; 5% tail: the public's mean loss in the worst 5%, negative is a gain; borne: share "
        "of their losses that funds still bear.",
        "A stylised model for learning and comparison, not a forecast.",
    ]
    return "\n".join(lines) + "\n"


def _named(terms: HelpTerms) -> str:
    from ui.words import term_sheet as words

    return f"{terms.base.name} at {words.price_words(terms)}, {words.start_words(terms)}"


def _line(order: Order, row: SheetRow) -> str:
    from policy.outcomes.scorecard import TAKE_UP, TAXPAYER_TAIL, UNINTENDED_EASING
    from ui.words import term_sheet as words

    t, terms = row.trial, row.terms
    size = "none" if row.size is None else f"{row.size:,.0f}"
    figures = [t.figure(key) + 0.0 for key in (TAKE_UP.key, TAXPAYER_TAIL.key, UNINTENDED_EASING.key)]
    return (
        f"{terms.base.name:18}{words.price_words(terms):>22}  {words.start_words(terms):44}{size:>9}{100 * t.share:>7.1f}%"
        f"{100 * t.bound:>7.1f}%{figures[0]:>9.1f}{figures[1]:>9.2f}{figures[2]:>8.1f}{100 * t.borne_share:>6.0f}%"
    )
