"""`backstop robustness`: which rankings hold in rival structures of the market and under other parameters that fit."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.options import Force, Policy, PrintFormat, Setting, inputs_of, note, printed, share_note, workers

if TYPE_CHECKING:
    from policy.studies.held import Held, Robustness
    from policy.studies.robustness import Rivalry


def robustness(
    episode: Annotated[str, typer.Argument(help="A shipped world by name, or a TOML file.")],
    policy: Policy = None,
    setting: Setting = None,
    structure: Annotated[
        list[str] | None,
        typer.Option(help="A structure of the market by name, or all; repeatable. By default four."),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Draws of parameters in each structure; the first is its fit.")
    ] = 8,
    paths: Annotated[int, typer.Option(help="Random paths of each draw.")] = 64,
    seed: Annotated[int, typer.Option(help="Seed of draws and shocks.")] = 1,
    weights: Annotated[
        str | None, typer.Option(help="What all criteria together weigh, key=3,key=1.")
    ] = None,
    format: Annotated[PrintFormat, typer.Option(help="How to print the result.")] = PrintFormat.table,
    out: Annotated[Path | None, typer.Option(help="Write the result to a file instead.")] = None,
    force: Force = False,
) -> None:
    """In how many rival markets, and in what share of parameter draws, each ranking of policies holds."""
    from models import files
    from models.documents import parse_settings
    from models.library import load
    from models.worlds import replace
    from policy.comparison import default_policies
    from policy.ranking.criteria import DEFAULT_WEIGHTS, parse_weights
    from policy.spec import parse_policy
    from policy.studies import robustness as study
    from policy.studies.draws import KNOWN, USUAL

    files.apart({"--out": out}, inputs_of(episode, policy))
    if out:
        files.check(out, force)
    world = replace(load(episode), parse_settings(setting or []))
    policies = tuple(parse_policy(spec) for spec in policy) if policy else default_policies()
    names = KNOWN if structure == ["all"] else tuple(structure) if structure else USUAL
    asked = study.Rivalry(world, policies, names, draws, paths, seed)
    counted = parse_weights(weights) if weights else DEFAULT_WEIGHTS
    note(f"{len(names)} structures, {draws} draws each")
    with workers(len(names) * draws > 8)() as pool:
        ranks = study.robustness(asked, note=share_note(), pool=pool)
    document = study.document(asked, ranks, counted)
    text = _json(document) if format is PrintFormat.json else _text(asked, ranks, counted)
    if out:
        files.write(out, text, force)
    else:
        printed(text)


def _json(document: object) -> str:
    import json

    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _text(asked: Rivalry, ranks: Robustness, weights: object) -> str:
    """The rankings for reading: their order, and how far each step holds."""
    from policy.ranking.criteria import Weights
    from policy.studies.draws import rival
    from policy.studies.held import POINTS, RANKINGS

    assert isinstance(weights, Weights)
    world, count = asked.world, len(asked.structures)
    lines = [
        f"{world.title or world.name}: rankings over {count} structures, {asked.draws} draws each, {asked.paths} paths, seed {asked.seed}",
        "",
        *(f"  {name:22} {rival(name).title}" for name in asked.structures),
    ]
    for key in RANKINGS:
        order = ranks.order(key, weights)
        lines += [
            "",
            f"by {key if key != POINTS else 'points of all criteria'}: {', '.join(ranks.labels[k] for k in order)}",
        ]
        rungs = ranks.rungs(key, weights)
        lines += [_step(ranks, held, *pair) for held, pair in zip(rungs, pairwise(order), strict=True)]
    lines += ["", "verdict by equal weights, in the most frequent form:"]
    for s, name in enumerate(asked.structures):
        text, share = next(iter(ranks.verdict_shares(s).items()))
        lines.append(f"  {name:22} {text}: {100 * share:.0f}% of draws")
    lines += ["", *(f"left out: {name}, draw {number + 1}: {why}" for name, number, why in ranks.reasons)]
    lines += ["A stylised model for learning and comparison, not a forecast."]
    return "\n".join(lines) + "\n"


def _step(ranks: Robustness, held: Held | None, first: int, second: int) -> str:
    names = f"{ranks.labels[first]} before {ranks.labels[second]}"
    if held is None:
        return f"  {names}: alike"
    own = ", ".join(f"{100 * share:.0f}%" for share in held.shares)
    return f"  {names}: in {held.structures} of {len(held.shares)} structures, {100 * held.share:.0f}% of draws ({own})"
