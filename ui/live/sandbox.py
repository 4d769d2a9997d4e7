"""The sandbox as one file: engine, worlds, policies, story and words in a page that opens from a disk without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from models import MODEL_VERSION, series
from models.errors import Refused
from models.scenario import World
from models.text import html as escape
from models.text import shown
from models.worlds import changed, flatten, plain
from policy import golden
from policy.described import parameters, settings_of
from policy.interventions.base import Intervention
from policy.interventions.triggers import Trigger
from policy.outcomes.scorecard import METRICS
from policy.outcomes.summary import Summary
from policy.outcomes.terms import TERMS
from policy.ranking.criteria import CRITERIA, DEFAULT_WEIGHTS
from policy.ranking.verdict import MOVED, PRICE_GROUPS
from policy.reference.reading import METRICS as PUBLISHED
from policy.reference.reading import counted_of, tools_of, weighing_of
from policy.spec import Policy, print_policy
from ui.charts.styles import styles
from ui.comparison.answer import HEADS
from ui.film import stills
from ui.film.film import Film
from ui.html.heads import CSS
from ui.live.data import as_data
from ui.live.engine import fingerprint, source
from ui.live.picture import bundled
from ui.state import state as s
from ui.state.state import State
from ui.story import pictures, story
from ui.story.steps import STEPS
from ui.words import amounts, endings, names

SEED = 1
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_~%\[\]-]+")
APP = "http://localhost:8501/"  # where `backstop app` listens
STEPS_ON_A_LEVER = 200
# What is drawn by day: series, row by tenor, title, unit, what the axis reaches at least, and a level.
CHARTS = (
    (series.DISLOCATION, 2, "10-year dislocation", "bp", (0.0, 10.0), None),
    (series.DEALER_USE, None, "Dealers' balance-sheet use", "%", (50.0, 100.0), 100.0),
    (series.YIELD, 2, "10-year yield", "%", (99.0, -99.0), None),
    (series.REPO_SPREAD, None, "Repo spread", "bp", (0.0, 10.0), None),
)  # fmt: skip

Results = Callable[[State], Summary]
Films = Callable[[State, int], Film]


@dataclass(frozen=True)
class Scene:
    """A world under its policies, as somebody may open it; `step` is the story's, 0 where there is none."""

    world: World
    policies: tuple[Policy, ...]
    title: str
    step: int = 0


def checked_address(text: str) -> str:
    """An address that the page may link to. Raises `Refused`."""
    if not ADDRESS.fullmatch(text) or len(text) > 300:
        raise Refused(
            f"address {shown(text)} is refused: it must begin with http:// or https:// and hold no spaces or quotes"
        )
    return text if text.endswith("/") else text + "/"


def html(
    states: Sequence[State], results: Results | None = None, films: Films | None = None, app: str = APP
) -> str:
    """The page for some states (worlds with policies); with `results`, which computes a state, also the story's eight steps,
    and with `films`, which gives the film of one of its policies, a picture of each.
    """
    scenes = [Scene(state.world, state.policies, names.changed_words(state.world)) for state in states]
    steps = _steps(results, films) if results else []
    scenes += [Scene(st.world, st.policies, step["title"], n) for n, (step, st) in enumerate(steps, 1)]
    data = _data(scenes, app)
    return _page(data, [step for step, _ in steps], len(states))


# Data


def _data(scenes: Sequence[Scene], app: str) -> dict[str, Any]:
    worlds: list[World] = []
    for scene in scenes:
        if scene.world not in worlds:
            worlds.append(scene.world)
    weighing = weighing_of(CRITERIA, DEFAULT_WEIGHTS, PRICE_GROUPS, MOVED)
    return {
        "modelVersion": MODEL_VERSION,
        "seed": SEED,
        "centralSeed": 0,
        "app": app,
        "counted": as_data(counted_of(TERMS)),
        "weighing": as_data(weighing),
        "criteria": [c.key for c in CRITERIA],
        "metrics": PUBLISHED,
        "ends": [name.lower() for name in endings.NAMES],
        "titles": {i.name: i.title for scene in scenes for p in scene.policies for i in p.interventions},
        "charts": [
            {"key": f"{key}-{row}", "series": key, "row": row, "title": title, "unit": unit, "from": low, "to": high, "level": level}
            for key, row, title, unit, (low, high), level in CHARTS
        ],
        "outcomes": [{"key": m.key, "title": m.title, "unit": m.unit, "about": m.description} for m in METRICS],
        "worlds": [_world(world) for world in worlds],
        "scenes": [_scene(scene, n, worlds.index(scene.world)) for n, scene in enumerate(scenes)],
    }  # fmt: skip


def _world(world: World) -> dict[str, Any]:
    base = s.base_world(world)
    rows = {row["name"]: row for row in parameters(world)}
    return {
        "data": world.model_dump(mode="json"),
        "episode": base.name,
        "changes": {name: plain(value) for name, value in changed(world, base).items()},
        "summary": world.summary,
        "dates": [amounts.date_words(day) for day in world.scenario.calendar],
        "levers": [_lever(rows[name], flatten(world)[name]) for name in s.top_levers(world) if name in rows],
    }


def _lever(row: dict[str, Any], value: float) -> dict[str, Any]:
    step = (row["high"] - row["low"]) / STEPS_ON_A_LEVER
    return {
        "name": row["name"], "label": names.label(row["name"]), "unit": row["unit"], "low": row["low"], "high": row["high"],
        "step": float(f"{step:.1g}"), "value": value, "about": row["meaning"],
    }  # fmt: skip


def _scene(scene: Scene, number: int, world: int) -> dict[str, Any]:
    drawn = styles(scene.policies)
    calendar = scene.world.scenario.calendar
    return {
        "key": f"{scene.world.name}.{scene.step or number + 1}" if not scene.step else f"story.{scene.step}",
        "title": scene.title,
        "world": world,
        "marks": _marks(scene),
        "policies": [
            {
                "name": style.name, "colour": style.colour, "dash": " ".join(map(str, style.dash)) if style.dash != (1, 0) else "",
                "about": " ".join(dict.fromkeys(i.what for i in policy.interventions)),
                "label": policy.label if "=" in print_policy(policy).split(":")[0] else "",
                "parts": [{"name": i.name, "given": _given(i)} for i in policy.interventions],
                "tools": as_data(tools_of(policy.interventions, calendar)),
                "settings": [row for n, i in enumerate(policy.interventions) for row in _settings(i, n)],
            }
            for policy, style in zip(scene.policies, drawn, strict=True)
        ],
    }  # fmt: skip


def _marks(scene: Scene) -> dict[str, str]:
    """The fingerprint of today's headline figures, by kind of policy."""
    kinds = dict.fromkeys(["none", *(i.name for p in scene.policies for i in p.interventions)])
    rows = golden.golden().rows.get(golden.nearest(scene.world), {})
    return {kind: rows[kind].fingerprint for kind in kinds if kind in rows}


def _given(intervention: Intervention) -> dict[str, str]:
    """Settings that differ from the defaults, as a policy's text has them."""
    text = print_policy(Policy("", (intervention,))).partition("=")[2]
    pairs = (item.partition("=") for item in text.partition(":")[2].split(",") if item)
    return {key: value for key, _, value in pairs}


def _settings(intervention: Intervention, part: int) -> list[dict[str, Any]]:
    """What can be changed in the file: a trigger's level and days, and the settings shown first."""
    rows: list[dict[str, Any]] = []
    start = getattr(intervention, "start", None)
    if isinstance(start, Trigger):
        title, unit = names.METRIC_NAMES[start.metric]
        beyond = "above" if start.above else "below"
        rows.append(
            _setting(
                part,
                "start.level",
                f"Starts once the {title} closes {beyond}",
                unit,
                (0.0, 4 * max(start.level, 25.0)),
                start.level,
            )
        )
        rows.append(
            _setting(part, "start.days", "for so many days running", "days", (1.0, 10.0), start.days)
            | {"whole": True}
        )
    for row in settings_of(intervention):
        value = getattr(intervention, row["name"])
        if row.get("basic") and "low" in row and isinstance(value, float):
            field = "reserves" if row["name"] in ("penalty_bp", "reserve_discount") else row["name"]
            about = {"about": row["meaning"]}
            rows.append(
                _setting(
                    part,
                    row["name"],
                    names.label(row["name"]),
                    row["unit"],
                    (row["low"], row["high"]),
                    value,
                    field,
                )
                | about
            )
    return rows  # fmt: skip


def _setting(
    part: int, key: str, label: str, unit: str, bounds: tuple[float, float], value: float, field: str = ""
) -> dict[str, Any]:
    low, high = bounds
    step = 1.0 if unit == "days" else float(f"{(high - low) / STEPS_ON_A_LEVER:.1g}")
    return {
        "part": part, "key": f"{part}.{key}", "field": field or key, "label": label, "unit": unit, "low": low, "high": high,
        "step": step, "value": value, "about": "",
    }  # fmt: skip


def _steps(results: Results, films: Films | None) -> list[tuple[dict[str, Any], State]]:
    """The story's steps with what their runs say, and the state of each."""
    told = []
    for step in STEPS:
        runs = tuple(results(state) for state in story.states(step))
        slide = story.story_slide(step, runs)
        shown = {
            "title": slide.title, "text": slide.text, "question": slide.question, "choices": slide.choices, "truth": slide.truth,
            "told": story.told(step, runs), "numbers": slide.numbers,
        }  # fmt: skip
        film = films(story.states(step)[0], step.pictured) if films else None
        shown["pictures"] = (
            [pictures.picture_html(step, film, bare) for bare in (True, False)] if film else ["", ""]
        )
        told.append((shown, story.states(step)[0]))
    return told


# The page


def _page(data: dict[str, Any], steps: Sequence[dict[str, Any]], own: int) -> str:
    engine = source("engine.js").replace("\nexport {", "\n// export {")
    scripts = (
        ("engine", engine),
        ("worker", source("worker.js")),
        ("picture", bundled()),
        ("page", f"(() => {{\n{source('drawing.js')}{source('crowd.js')}{source('page.js')}}})();\n"),
    )
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; worker-src blob:; base-uri 'none'; form-action 'none'; "
        f"script-src {' '.join(_hash(text) for _, text in scripts)} blob:"
    )
    body = _body(data, steps, own)
    held = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    run = "".join(f'<script id="{name}">{text}</script>\n' for name, text in scripts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(names.QUESTION)}</title>\n{CSS}\n<style>{_colours()}{source('page.css')}</style>{stills.css()}\n</head>\n"
        f'<body data-settled="false">\n{body}\n<script type="application/json" id="data">{held}</script>\n{run}</body>\n</html>\n'
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _colours() -> str:
    theme = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))
    pairs = {
        "paper": "backgroundColor", "ink": "textColor", "soft": "secondaryBackgroundColor", "line": "borderColor",
        "link": "linkColor",
    }  # fmt: skip
    rules = (
        f"--{name}:light-dark({theme['light'][key]},{theme['dark'][key]})" for name, key in pairs.items()
    )
    return f":root{{color-scheme:light dark;{';'.join(rules)}}}"


def _body(data: dict[str, Any], steps: Sequence[dict[str, Any]], own: int) -> str:
    scenes = data["scenes"][:own] if own else data["scenes"]
    options = "".join(
        f'<option value="{k}">{escape(scene["title"])}</option>' for k, scene in enumerate(scenes)
    )
    told = "".join(
        f'<option value="{own + n}">Story {n + 1}: {escape(step["title"])}</option>'
        for n, step in enumerate(steps)
    )
    heads = "".join(
        f'<span role="columnheader" class="sb-ahead" title="{escape(what)}">{title}</span>'
        for title, what in HEADS
    )
    key = "".join(
        f'<span title="{escape(meaning)}"><i class="sb-dot sb-{name.lower()}"></i>{name.lower()}</span>'
        for name, meaning in zip(endings.NAMES, endings.MEANINGS, strict=True)
    )
    charts = "".join(
        f"<figure><figcaption><h2>{escape(chart['title'])}, {chart['unit']}</h2></figcaption>"
        f'<div id="chart-{chart["key"]}" class="chart"></div><p class="small" id="peak-{chart["key"]}"></p></figure>'
        for chart in data["charts"]
    )
    return f"""<main>
<header id="top"><h1>{escape(names.QUESTION)}</h1>
<div id="notes" role="alert"></div>
<p class="sb-verdict" id="verdict" role="status" tabindex="-1" data-testid="verdict">Working it out…</p>
<p class="small" id="settling" data-testid="settling"></p></header>
<div class="page">
<section class="ends" aria-label="How crises end">
<p class="found" id="found"></p>
<div class="sb-ends" id="ends" role="table" aria-label="How a hundred crises end, by policy">
<div role="row" class="sb-end sb-end-head"><span role="columnheader" class="sb-key">100 crises end: {key}</span>{heads}</div></div>
</section>
<section class="more" aria-label="Charts and figures">
<div class="charts">{charts}</div>
<p class="small">Lines show the central path: the shock at its usual size, without noise. It follows a lever at once; the hundred crises follow when the hand rests.</p>
<details id="days"><summary>Numbers of the charts, day by day</summary><div class="box" role="region" tabindex="0" aria-label="Day by day"><table id="day-table"></table></div></details>
<h2>All outcomes</h2>
<p><label><input type="checkbox" id="central"> Of the central path instead of a hundred crises</label></p>
<div class="box" role="region" tabindex="0" aria-label="All outcomes"><table id="table"></table></div><p class="small" id="table-note"></p>
</section>
<section class="controls" aria-label="Levers">
<h2>World</h2>
<label for="scene">Crisis</label><select id="scene">{options}{told}</select>
<p class="small" id="about"></p><div id="levers"></div>
<h2>Policies</h2><div id="policies"></div>
<p class="buttons"><button type="button" id="reset">Reset</button><button type="button" id="copy">Copy a link to this</button>
<a id="full" href="{escape(data["app"])}" rel="noreferrer">Open in the full sandbox</a> <span id="copied" role="status" class="small"></span></p>
</section>
</div>
<section aria-label="Play the days"><h2>Play the days</h2><div id="film"></div>{stills.key_html()}
<p class="small">Two policies on the central path. On the slider space plays and pauses, arrows go from day to day, Home and End to the first and the last, and F fills the screen.</p></section>
{_story(steps, own)}
<footer><p>{escape(names.QUIET)}</p><p class="small">Model version {data["modelVersion"]}, engine {fingerprint()}, seed {data["seed"]}. The market runs in this page; nothing is sent anywhere.
The link to the full sandbox needs one that runs at {escape(data["app"])}.</p></footer>
</main>"""


def _story(steps: Sequence[dict[str, Any]], own: int) -> str:
    if not steps:
        return ""
    items = "".join(_step(step, n, own + n) for n, step in enumerate(steps))
    return f'<section class="story"><h2>The story in {len(steps)} steps</h2><ol>{items}</ol></section>'


def _step(step: dict[str, Any], number: int, scene: int) -> str:
    choices = "".join(
        f'<button type="button" data-choice="{k}">{escape(choice)}</button>'
        for k, choice in enumerate(step["choices"])
    )
    figures = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>" for what, value in step["numbers"]
    )
    asked, answered = step["pictures"]
    return (
        f'<li data-step="{number}" data-truth="{step["truth"]}"><h3>{escape(step["title"])}</h3><p>{escape(step["text"])}</p>{asked}'
        f'<p><strong>{escape(step["question"])}</strong></p><p class="buttons">{choices}</p>'
        f'<div class="reveal" role="status" hidden><p><strong class="said"></strong> {escape(step["told"])}</p>{answered}<dl class="figures">{figures}</dl></div>'
        f'<p class="buttons"><button type="button" data-scene="{scene}">Show this in the sandbox above</button></p></li>'
    )
