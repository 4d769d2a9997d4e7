"""`backstop frontier`: rules beforehand and backstops afterwards by cost in calm and crisis loss avoided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.options import Force, PrintFormat, Setting, inputs_of, note, printed, share_note


def frontier(
    episode: Annotated[str, typer.Argument(help="A shipped world by name, or a TOML file.")],
    setting: Setting = None,
    crises: Annotated[float | None, typer.Option(help="How many such crises come a year.")] = None,
    paths: Annotated[int, typer.Option(help="Random paths.")] = 256,
    seed: Annotated[int, typer.Option(help="Seed of the random shocks.")] = 1,
    format: Annotated[PrintFormat, typer.Option(help="How to print the result.")] = PrintFormat.table,
    out: Annotated[
        Path | None, typer.Option(help="Write to a file instead; one that ends in .pptx is slides.")
    ] = None,
    force: Force = False,
) -> None:
    """What rules cost in calm, and what rules and backstops avoid of crisis loss, $bn a year; the efficient set is marked."""
    import json

    from models import files
    from models.documents import parse_settings
    from models.library import load
    from models.worlds import replace, revised
    from policy.leverage.game import Game
    from policy.studies import rules_and_rescue as study
    from ui.pages.rules.view import RulesSheet, report

    files.apart({"--out": out}, inputs_of(episode, None))
    if out:
        files.check(out, force)
    world = replace(load(episode), parse_settings(setting or []))
    game = Game() if crises is None else revised(Game(), crises_a_year=crises)
    note(f"weighing rules and backstops on {episode}")
    sheet = RulesSheet(world, game, study.weighed(world, game, paths, seed, share_note()), paths, seed)
    if out and out.suffix == ".pptx":
        from ui.export.slides import report_pptx

        files.write(out, report_pptx(report(sheet)), force)
        return
    document = study.document(world, game, sheet.tools, paths, seed)
    text = (
        json.dumps(document, indent=1, allow_nan=False) + "\n" if format is PrintFormat.json else _text(sheet)
    )
    if out:
        files.write(out, text, force)
    else:
        printed(text)


def _text(sheet: object) -> str:
    from ui.pages.rules import view

    assert isinstance(sheet, view.RulesSheet)
    lines = [f"{sheet.world.title or sheet.world.name}: {view.verdict(sheet)}", ""]
    lines += [
        f"{'':52}{'yield, bp (range)':>28}{'all debt, $bn a year (range)':>36}{'avoided, $bn a year (95%)':>32}"
    ]
    for own in sheet.tools:
        _, _, yields, debt, avoided, mark = view.figures(own)
        lines.append(f"{view.name(own):52}{yields:>28}{debt:>36}{avoided:>32}  {mark}".rstrip())
    lines += ["", *view.assumptions(sheet), "A stylised model for learning and comparison, not a forecast."]
    return "\n".join(lines) + "\n"
