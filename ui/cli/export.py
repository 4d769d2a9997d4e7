"""`backstop export`: slides, one web page, or a chart as SVG or PNG, from a world, its policies and their settings.

What can be refused is refused before anything is run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.options import Force, Policy, Setting, inputs_of, note

if TYPE_CHECKING:
    from policy.outcomes.summary import Summary
    from ui.film.film import Film
    from ui.state.state import State


class Theme(StrEnum):
    light = "light"
    dark = "dark"


NEEDS = {".pptx": ("pptx",), ".html": ("vl_convert",), ".svg": ("vl_convert",), ".png": ("vl_convert",)}
CHARTS = ("dislocation", "dealers", "parts", "sales", "repo", "taxpayer", "funds", "timeline", "issues")


def export(
    episode: Annotated[
        list[str],
        typer.Argument(
            help="A shipped world by name, a world's TOML file, or a saved screen's; several of them with --live."
        ),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .pptx, .html, .svg or .png says what is made.")],
    policy: Policy = None,
    setting: Setting = None,
    paths: Annotated[
        int | None, typer.Option(help="Random paths; by default the screen's 256 or the saved number.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seed of the random shocks; by default 1 or the saved one.")
    ] = None,
    story: Annotated[
        bool,
        typer.Option(
            "--story",
            help="Add the talk: the story in eight steps and this comparison, or a saved screen's own slides.",
        ),
    ] = False,
    chart: Annotated[
        str | None,
        typer.Option(
            help=f"Which chart an SVG or PNG shows: {', '.join(CHARTS)}, or all; by default dislocation."
        ),
    ] = None,
    theme: Annotated[Theme | None, typer.Option(help="Colours of an SVG or PNG; by default light.")] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="The sandbox itself as one .html file: the market runs in the page, offline."
        ),
    ] = False,
    app: Annotated[
        str | None, typer.Option(help="With --live: address of the full sandbox that the page links to.")
    ] = None,
    force: Force = False,
) -> None:
    """Write slides, a web page, pictures, or the sandbox as one file. `none` is always run and comes first."""
    from models import files

    if live or len(episode) > 1 or app:
        _live(episode, out, _FileOptions(policy, setting, paths, seed, story, chart, theme, live), app, force)
        return
    kind = _kind(out, story, chart, theme)
    files.apart({"--out": out}, inputs_of(episode[0], policy))
    state = _state(episode[0], policy, setting, paths, seed)
    wanted = _charts(state, chart or CHARTS[0]) if kind in (".svg", ".png") else ()
    for path in _paths(out, wanted, chart == "all"):
        files.check(path, force)
    note(f"running {len(state.policies)} policies on {state.paths} paths")
    summary = computed(state)
    note("writing")
    if wanted:
        _pictures(out, kind, state, summary, wanted, chart == "all", (theme or Theme.light).value, force)
    else:
        files.write(out, _document(kind, state, summary, story), force)


@dataclass(frozen=True)
class _FileOptions:
    """Options that the one-file sandbox takes or refuses."""

    policy: list[str] | None
    setting: list[str] | None
    paths: int | None
    seed: int | None
    story: bool
    chart: str | None
    theme: Theme | None
    live: bool


def _live(episodes: list[str], out: Path, asked: _FileOptions, app: str | None, force: bool) -> None:
    """The sandbox as one file. Raises `Refused`."""
    from models import files
    from models.errors import Refused
    from ui.live.sandbox import APP, checked_address, html

    if not asked.live:
        raise Refused("several worlds and --app go with --live, which writes the sandbox as one .html file")
    unfit = [n for n in ("paths", "seed", "chart", "theme") if getattr(asked, n) is not None]
    if unfit:
        raise Refused(
            f"--{unfit[0]} does not fit --live: the page draws its own hundred crises, seed 1, and its own charts"
        )
    if out.suffix.lower() != ".html":
        raise Refused(f"--out {str(out)!r} is refused: with --live its name must end in .html")
    address = checked_address(app or APP)
    for episode in episodes:
        files.apart({"--out": out}, inputs_of(episode, asked.policy))
    states = [_state(episode, asked.policy, asked.setting, None, None) for episode in episodes]
    files.check(out, force)
    note("computing the story's eight steps" if asked.story else "writing")
    told = (computed, filmed) if asked.story else (None, None)
    files.write(out, html(states, *told, address).encode(), force)


def _kind(out: Path, story: bool, chart: str | None, theme: Theme | None) -> str:
    """The ending that says what is made, once everything asked for fits it. Raises `Refused`."""
    from models.errors import Refused
    from ui.export import missing

    kind = out.suffix.lower()
    if kind not in NEEDS:
        raise Refused(f"--out {str(out)!r} is refused: its name must end in {', '.join(NEEDS)}")
    picture = kind in (".svg", ".png")
    if story and picture:
        raise Refused(f"--story does not fit a {kind} file: write .pptx or .html, or leave out --story")
    if (chart or theme) and not picture:
        raise Refused(
            f"--chart and --theme do not fit a {kind} file, which holds every chart: write .svg or .png"
        )
    if chart not in (None, "all", *CHARTS):
        raise Refused(f"--chart {chart!r} is refused: it must be one of {', '.join(CHARTS)} or all")
    absent = missing(*NEEDS[kind])
    if absent:
        raise Refused(f"{kind} files cannot be made here: {absent}")
    return kind


def _state(
    episode: str, policy: list[str] | None, setting: list[str] | None, paths: int | None, seed: int | None
) -> Any:
    """The state that the options ask for. Raises `Refused`."""
    from models.documents import parse_settings
    from policy.spec import parse_policy
    from ui.state import state as s

    state = _opened(episode)
    if setting:
        state = s.with_world(state, parse_settings(setting))
    if policy:
        state = s.with_policies(state, [parse_policy(spec) for spec in policy])
    return s.with_draws(state, seed, paths)


def _opened(episode: str) -> Any:
    """A saved screen where the file is one; else a world under its usual policies. Raises `Refused`."""
    from models.library import load
    from ui.state import state as s

    saved = _saved(episode) if episode.endswith(".toml") else None
    if saved is not None:
        return saved
    world = load(episode)
    return s.with_policies(s.State(world, s.usual_policies(world)), s.usual_policies(world))


def _saved(episode: str) -> Any:
    """The state of a saved screen, or nothing where the file holds something else. Raises `Refused`.

    A screen that cannot be restored whole is refused: a file made of another one would say what nobody asked for.
    """
    from models.documents import parse, read
    from models.errors import Refused
    from ui.state.document import from_toml

    try:
        text = read(episode, "world")
        if "episode" not in parse(text):
            return None
    except Refused:
        return None  # the reader of worlds says what is wrong with it
    restored = from_toml(text)
    if restored.refused:
        raise Refused(
            f"{episode} is not exported, because it cannot be restored whole: {'; '.join(restored.refused)}"
        )
    for line in restored.said:
        note(line)
    return restored.state


def _charts(state: Any, chart: str) -> tuple[str, ...]:
    from models.errors import Refused

    there = CHARTS if state.world.scenario.auctions else CHARTS[:-1]
    if chart != "all" and chart not in there:
        raise Refused(
            f"--chart {chart!r} is refused: this world has no Treasury auctions; choose {', '.join(there)}"
        )
    return there if chart == "all" else (chart,)


def _paths(out: Path, wanted: tuple[str, ...], every: bool) -> list[Path]:
    """Files that will be written: one, or one per chart with the chart's name before the ending."""
    return [out.with_name(f"{out.stem}_{key}{out.suffix}") for key in wanted] if every else [out]


def _pictures(
    out: Path,
    kind: str,
    state: Any,
    summary: Any,
    wanted: tuple[str, ...],
    every: bool,
    theme: Any,
    force: bool,
) -> None:
    from models import files
    from ui.export import images
    from ui.export.content import figures

    draw = images.svg_bytes if kind == ".svg" else images.png
    for figure in figures(state, summary):
        if figure.key in wanted:
            (path,) = _paths(out, (figure.key,), every)
            files.write(path, draw(figure, summary, theme), force)


def _document(kind: str, state: Any, summary: Any, story: bool) -> bytes:
    from ui.export.content import content

    made = content(state, summary, computed if story else None)
    if kind == ".pptx":
        from ui.export.slides import pptx

        return pptx(made)
    from ui.export.html_page import html_bytes

    return html_bytes(made)


def filmed(state: State, k: int) -> Film:
    """The film of one policy of a state on its central path, run here and now."""
    from policy.comparison import compare_central
    from ui.film.film import film

    return film(compare_central(state.world, (state.policies[k],)).runs[-1])


def computed(state: State) -> Summary:
    """The summary of a state, computed here and now."""
    from policy.comparison import compare
    from policy.outcomes.summary import summarise

    return summarise(compare(state.world, state.policies, state.paths, state.seed))
