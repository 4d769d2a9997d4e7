"""The commands `compare`, `list`, `sweep`, `calibrate`, `export`, `robustness`, `frontier`, `term-sheet` and `app`. Each imports only what it needs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli.export import export
from ui.cli.options import Force, Policy, PrintFormat, Setting, inputs_of, note, printed
from ui.cli.robustness import robustness
from ui.cli.rules import frontier
from ui.cli.sweep import sweep
from ui.cli.term_sheet import term_sheet

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="When the Treasury market breaks, what should the Fed do, and who pays? Compare policies on a stylised market.",
)


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


@app.command()
def compare(
    episode: Annotated[str, typer.Argument(help="A shipped world by name, or a TOML file.")],
    policy: Policy = None,
    setting: Setting = None,
    paths: Annotated[int, typer.Option(help="Random paths.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the random shocks.")] = 1,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
    out: Annotated[Path | None, typer.Option(help="Write the result to a file instead.")] = None,
    series: Annotated[Path | None, typer.Option(help="Write daily series as a long CSV.")] = None,
    central: Annotated[
        bool, typer.Option("--central", help="The central path: severity one, no noise.")
    ] = False,
    who_pays: Annotated[
        bool,
        typer.Option(
            "--who-pays",
            help="Add the leverage funds would choose ex ante, and its cost, each with the range over what nobody has "
            "estimated; up to a minute.",
        ),
    ] = False,
    force: Force = False,
) -> None:
    """Compare policies on a world. `none` is always run and comes first."""
    from models import files
    from models.documents import parse_settings
    from models.errors import Refused
    from models.library import load
    from models.worlds import replace
    from policy import comparison as c
    from policy import cost, report
    from policy.outcomes.scores import all_scores, scored
    from policy.spec import parse_policy

    note(f"loading {episode}")
    world = load(episode)
    if setting:
        world = replace(world, parse_settings(setting))
    policies = [parse_policy(spec) for spec in policy] if policy else c.default_policies()
    if who_pays and central:
        raise Refused("--who-pays needs random paths; leave out --central")
    files.apart({"--out": out, "--series": series}, inputs_of(episode, policy))
    for path in filter(None, (out, series)):
        files.check(path, force)
    if not central:
        c.check_draws(paths, seed)
    note(f"running {len(policies)} policies on {1 if central else paths} paths")
    if central or cost.fits(world, c.arms(policies), paths):
        result = c.compare_central(world, policies) if central else c.compare(world, policies, paths, seed)
        solved = _ex_ante(result) if who_pays else None
        note("scoring")
        own = all_scores(result)
        risks = [] if solved is None else report.who_pays_risks(result, solved, own)
        text = _rendered(scored(result, own), format, risks)
        if series:
            files.write(series, _csv(report.SERIES_COLUMNS, report.series_rows(result)), force)
    else:
        whole = [name for name, asked in (("--series", series), ("--who-pays", who_pays)) if asked]
        text = _rendered(_in_pieces(world, c.arms(policies), paths, seed, whole), format)
    if out:
        files.write(out, text, force)
    else:
        printed(text)


def _in_pieces(world: Any, policies: Any, paths: int, seed: int, whole: list[str]) -> Any:
    """Outcomes of runs that do not fit into memory together. Raises `Refused`, also for options that need them whole."""
    from policy import cost
    from policy.outcomes.scores import scored_in_pieces

    if whole:
        cost.check_free(world, policies, paths, " with ".join(whole))
    cost.check_pieces(world, policies, paths)
    return scored_in_pieces(
        world, policies, paths, seed, lambda done: note(f"{done:,} of {paths:,} paths in pieces")
    )


def _ex_ante(result: Any) -> Any:
    from models.worlds import revised
    from policy.leverage.game import Game
    from policy.leverage.ranges import over_assumptions
    from policy.leverage.who_pays import who_pays

    game = Game()
    game = revised(game, paths=max(game.paths, result.paths))
    solved = who_pays(result.world, result.policies, result.seed, game, note=note)
    return over_assumptions(solved, note)


def _rendered(scored: Any, format: Format, risks: Any = ()) -> str:
    import json

    from policy import report

    if format is Format.json:
        return json.dumps(report.document(scored, risks), indent=1, allow_nan=False, default=str) + "\n"
    rows = report.table_rows(scored, risks)
    if format is Format.csv:
        return _csv(tuple(rows[0]), (row.values() for row in rows))
    verdict = _verdict(rows, scored, report.ruling(scored))
    return _table(rows, scored, verdict, NOBODY_KNOWS if risks else "")


NOBODY_KNOWS = (
    "Low and high: the least and the greatest over every combination of what nobody has estimated (demand for futures, how often\n"
    "crises come, carry, franchise value, risk aversion, what funds believe today).\n"
)


def _verdict(rows: list[dict[str, Any]], scored: Any, ruled: Any) -> str:
    """The verdict in words, from the figures of the table."""
    from ui.words.names import policy_names
    from ui.words.verdicts import in_words

    means = [{row["key"]: row[p.label] for row in rows} for p in scored.policies]
    return in_words(ruled, policy_names(scored.policies), means)


def _table(rows: list[dict[str, Any]], scored: Any, verdict: str, about: str) -> str:
    labels = [p.label for p in scored.policies]
    title = scored.world.title or scored.world.name
    head = f"{title}: means over {scored.paths} paths, seed {scored.seed}\n\n{verdict}\n\n"
    widths = [max(10, min(len(label), 28)) for label in labels]
    lines = [
        f"{'':36}{'unit':16}"
        + "".join(f"  {label[:28]:>{w}}" for label, w in zip(labels, widths, strict=True))
    ]
    for row in rows:
        cells = "".join(
            f"  {round(row[label], 2) + 0.0:>{w}.2f}" for label, w in zip(labels, widths, strict=True)
        )
        lines.append(f"{row['key']:36}{row['unit']:16}{cells}")
    foot = f"{about}A stylised model for learning and comparison, not a forecast.\n"
    return head + "\n".join(lines) + "\n\n" + foot


def _csv(columns: Any, rows: Any) -> str:
    import csv
    import io

    from models.text import csv_cell

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([csv_cell(name) for name in columns])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


@app.command("list")
def list_command(
    format: Annotated[PrintFormat, typer.Option(help="How to print the lists.")] = PrintFormat.table,
) -> None:
    """List worlds, policies with their settings, parameters and outcomes, with units, bounds and sources."""
    import json

    from policy import catalogue

    if format is PrintFormat.json:
        printed(json.dumps(catalogue.catalogue(), indent=1, allow_nan=False, default=str) + "\n")
        return
    printed(catalogue.as_text(catalogue.catalogue()))


@app.command()
def calibrate(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only evaluate what ships, or an episode of your own, against its targets."
        ),
    ] = False,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write fitted values and report into the source tree of this folder."),
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Only renew the report from the shipped values.")
    ] = False,
    left_out: Annotated[
        bool,
        typer.Option("--left-out", help="Leave each episode out in turn and add the scores to the report."),
    ] = False,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Refit the rival structures and write them and their scores.")
    ] = False,
    episode: Annotated[
        str | None, typer.Option(help="With --check: an episode by name or file, instead of those that ship.")
    ] = None,
    targets: Annotated[str | None, typer.Option(help="With --episode: the file of its targets.")] = None,
    own: Annotated[
        list[str] | None,
        typer.Option(
            help="With --episode: a number of its own to refit, at most two, for example funding.slack_bn."
        ),
    ] = None,
    format: Annotated[PrintFormat, typer.Option(help="How --check prints.")] = PrintFormat.table,
    starts: Annotated[int, typer.Option(help="Starting points of the search.", min=1, max=4096)] = 512,
    words: Annotated[str, typer.Option(help="With --write: what the report says was tried.")] = "joint fit",
) -> None:
    """Fit one market to five episodes; check it against them, leave them out, or score an episode of your own."""
    from ui.cli.calibrate import Asked, one_action, run_calibration

    action = one_action(check=check, write=write, report=report, left_out=left_out, rivals=rivals)
    asked = Asked(action, starts, format is PrintFormat.json, episode, targets, own or (), words)
    raise typer.Exit(run_calibration(Path.cwd(), asked, note))


app.command()(sweep)
app.command()(export)
app.command()(robustness)
app.command()(frontier)
app.command("term-sheet")(term_sheet)


@app.command("app", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def app_command(
    context: typer.Context,
    share: Annotated[
        bool,
        typer.Option(
            "--share",
            help="Let other machines of the network in. Whoever reaches this machine can use the sandbox; it asks for no password.",
        ),
    ] = False,
) -> None:
    """Open the sandbox in a browser of this machine; further options go to streamlit (for example --server.port 8600)."""
    from ui.cli.app import launch

    launch(context.args, share)
