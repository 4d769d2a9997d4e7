"""Write the generated pages: `python docs/generate.py`. A test compares them with what is stored.

`parameters.md`, `policies.md` and `outcomes.md` are tables of the catalogue; `benchmarks.md` shows the stored reports in
`benchmarks/`, which only their own commands renew; `classroom/` is the classroom kit; in `README.md` the output below each line that begins with `$ backstop`
is run afresh.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from models.calibration_report import as_markdown, stored  # noqa: E402
from models.library import SHIPPED, shipped, sources  # noqa: E402
from models.worlds import changed  # noqa: E402
from policy.catalogue import catalogue  # noqa: E402

MADE = "<!-- Written by docs/generate.py; edit the source, not this page. -->\n"
EVIDENCE = "**found**: read in the source named. **derived**: computed from it, or fitted. **assumed**: a judgement, open to yours.\n"


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def _bounds(row: dict[str, Any]) -> str:
    if "choices" in row:
        return " / ".join(f"`{choice}`" for choice in row["choices"])
    return f"{row['low']:g} to {row['high']:g}" if "low" in row else ""


def parameters() -> str:
    """Every number of the market with unit, bounds, meaning and source, and what each episode sets."""
    data = catalogue()
    parts = [
        MADE,
        "# Parameters\n",
        "Change one with `backstop compare EPISODE --set name=value`.\n",
        EVIDENCE,
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in data["parameters"]:
        groups.setdefault(row["name"].rpartition(".")[0], []).append(row)
    for group, rows in groups.items():
        title = f"## {group}\n" if "of" not in rows[0] else f"## {group}\n\n{rows[0]['of']}\n"
        head = ["name", "default", "unit", "bounds", "meaning", "source", "evidence"]
        cells = [
            [f"`{r['name'].rpartition('.')[2]}`", r["default"], r["unit"], _bounds(r), r["meaning"], r["source"], r["evidence"]]
            for r in rows
        ]  # fmt: skip
        parts += [title, table(head, cells)]
    return "\n".join([*parts, "# What each world sets\n", *(_episode(name) for name in SHIPPED)])


def _episode(name: str) -> str:
    world, told = shipped(name), sources(name)
    rows = [[f"`{key}`", text] for key, text in told.items()]
    plain = {k: v for k, v in changed(world, type(world)()).items() if isinstance(v, int | float)}
    values = ", ".join(f"`{k}` {v:g}" for k, v in plain.items())
    return f"## {name}\n\n{world.summary}\n\nNumbers: {values}.\n\n" + table(["value", "source"], rows)


def policies() -> str:
    """Every policy with its settings, and how orders of combined policies are composed."""
    data = catalogue()
    parts = [
        MADE,
        "# Policies\n",
        "Write one as `[LABEL=]NAME[:key=value,…][+NAME…]` or `[LABEL=]@file.toml`.\n",
    ]
    for p in data["policies"]:
        parts += [f"## `{p['name']}`: {p['title']}\n", f"{p['what']}\n", f"Source: {p['source']}.\n"]
        head = ["setting", "default", "unit", "bounds or choices", "meaning", "source", "evidence"]
        cells = [
            [f"`{s['name']}`", s["default"], s.get("unit", ""), _bounds(s), s["meaning"], s.get("source", ""), s.get("evidence", "")]
            for s in p["settings"]
        ]  # fmt: skip
        parts += [table(head, cells)] if cells else []
    parts += [
        "## Starts\n",
        "A date, or a trigger `METRIC.above|below.LEVEL.for.DAYS` on what is published at a close:\n",
    ]
    parts += ["\n".join(f"- `{name}`" for name in data["trigger_metrics"]) + "\n"]
    parts += [
        "## Combined policies\n",
        "Each order is composed by its own rule, whatever the order of the parts.\n",
    ]
    rows = [[f"`{name}`", c["unit"], c["rule"], c["meaning"]] for name, c in data["composition"].items()]
    return "\n".join([*parts, table(["order", "unit", "rule", "meaning"], rows)])


def outcomes() -> str:
    """Every key of the scorecard."""
    from models.series import SERIES

    rows = [
        [f"`{m['key']}`", m["title"], m["unit"], m["better"], m["headline"], m["horizon"], m["formula"]]
        for m in catalogue()["metrics"]
    ]
    head = ["key", "title", "unit", "better", "headline", "horizon", "formula"]
    intro = (
        "For each path, and then as median, mean and 5% and 95% quantiles over paths; shares as a value with its error. "
        "A table shows the headline. Differences to no action are "
        "paired path by path, with a 95% interval of their mean. The taxpayer's keys run over 64 rate paths for each path.\n"
    )
    series = [[f"`{k}`", title, unit, _cell(list(axis))] for k, (title, unit, axis) in SERIES.items()]
    daily = table(["series", "title", "unit", "one for each of"], series)
    parts = [
        MADE,
        "# Outcomes\n",
        intro,
        table(head, rows),
        "# Daily series\n",
        "Written by `--series FILE`.\n",
    ]
    return "\n".join([*parts, daily, *ranking()])


def ranking() -> list[str]:
    """What counts when policies are ranked by weights."""
    from policy.ranking.criteria import CRITERIA, EQUILIBRIUM_NOTE

    rows = [
        [f"`{c.key}`", c.title, f"{c.worth:g} {c.unit}", c.better, c.meaning, c.evidence] for c in CRITERIA
    ]
    intro = (
        "Each outcome is counted in points of cost of a fixed worth, times a weight between 0 and 10 that the user sets. "
        "The sum ranks policies; it does not depend on which other policies are compared, and its paired differences have "
        f"95% intervals from the same paths. {EQUILIBRIUM_NOTE}\n"
    )
    return [
        "# Ranking by weights\n",
        intro,
        table(["key", "criterion", "one point", "better", "meaning", "evidence"], rows),
    ]


def benchmarks() -> str:
    """The stored reports of `benchmarks/*.md` as sections of one page."""
    stored = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "benchmarks").glob("*.md"))]
    intro = (
        "Times are of one machine at one moment; ratios within a report were taken in turns and say more. Each section "
        "names the command that renews it; `python docs/generate.py` then shows it here.\n"
    )
    return "\n".join(
        [MADE, "# Benchmarks\n", intro, *(re.sub(r"^#", "##", text, flags=re.M) for text in stored)]
    )


def output(command: str) -> str:
    """What a `backstop` command prints."""
    from ui.cli.main import main

    printed = io.StringIO()
    with mock.patch.object(sys, "argv", shlex.split(command)), contextlib.redirect_stdout(printed):
        try:
            main()
        except SystemExit as stop:
            if stop.code:
                raise RuntimeError(f"{command} failed") from None
    return printed.getvalue()


CONSOLE = re.compile(r"```console\n\$ (?P<command>backstop [^\n]+)\n.*?```", re.DOTALL)


def readme(text: str) -> str:
    """The README with the output of its `$ backstop` examples refreshed."""
    return CONSOLE.sub(lambda m: f"```console\n$ {m['command']}\n{output(m['command'])}```", text)


def classroom() -> dict[Path, str]:
    """The classroom kit: its pages by path."""
    from ui.classroom.blocks import markdown
    from ui.classroom.kit import kit
    from ui.cli.export import computed

    folder, own = ROOT / "docs" / "classroom", kit(computed).pages
    written = {folder / f"{page.name}.md": f"{MADE}\n{markdown(page)}" for page in own}
    links = "\n".join(f"- [{page.title}]({page.name}.md)" for page in own[1:])
    written[folder / "README.md"] += f"\n## The pages\n\n{links}\n"
    return written


def pages() -> dict[Path, str]:
    """Every generated page by path."""
    top = ROOT / "README.md"
    return {
        ROOT / "docs" / "parameters.md": parameters(),
        ROOT / "docs" / "policies.md": policies(),
        ROOT / "docs" / "outcomes.md": outcomes(),
        ROOT / "docs" / "benchmarks.md": benchmarks(),
        ROOT / "docs" / "calibration.md": as_markdown(stored()),
        **classroom(),
        top: readme(top.read_text(encoding="utf-8")),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
