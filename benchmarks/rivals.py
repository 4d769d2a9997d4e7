"""Which rankings and verdicts hold where the market is built otherwise, and a term sheet verified with another seed.

    python benchmarks/rivals.py

Writes `benchmarks/rivals.md`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from models.library import shipped  # noqa: E402
from policy.comparison import default_policies  # noqa: E402
from policy.studies.aims import parse_aim  # noqa: E402
from policy.studies.batch import evaluate  # noqa: E402
from policy.studies.draws import KNOWN, rival  # noqa: E402
from policy.studies.executors import Pool, processes  # noqa: E402
from policy.studies.facilities import facility, grid, usual  # noqa: E402
from policy.studies.held import RANKINGS  # noqa: E402
from policy.studies.robustness import Rivalry, robustness  # noqa: E402
from policy.studies.term_sheet import Order, SheetRow, TermSheet, term_sheet  # noqa: E402
from ui.words import term_sheet as words  # noqa: E402

WORLDS = tuple(n for n in ("crowded", "march_2020", "kashyap_stein", "kahn", "sceptic", "outright_wins"))
DRAWS, PATHS = 4, 48
AIM, OTHER_SEED = "days_dislocated<=15", 2026


def rankings(name: str, pool: Pool) -> str:
    """One world's rankings over all structures."""
    asked = Rivalry(shipped(name), default_policies(), KNOWN, DRAWS, PATHS)
    ranks = robustness(asked, pool=pool)
    lines = [
        f"### {shipped(name).title}",
        "",
        "| ranking by | step | structures | draws | not in |",
        "|---|---|---|---|---|",
    ]
    for key in RANKINGS:
        order = ranks.order(key)
        for held, a, b in zip(ranks.rungs(key), order, order[1:], strict=False):
            step = f"{ranks.labels[a]} before {ranks.labels[b]}"
            if held is None:
                lines.append(f"| {key} | {ranks.labels[a]} and {ranks.labels[b]} alike | | | |")
                continue
            missing = ", ".join(
                s for s, share in zip(ranks.structures, held.shares, strict=True) if share <= 0.5
            )
            lines.append(
                f"| {key} | {step} | {held.structures} of {len(held.shares)} | {100 * held.share:.0f}% | {missing} |"
            )
    lines += ["", "Verdict by equal weights, the most frequent in each structure:", ""]
    for s, structure in enumerate(ranks.structures):
        text, share = next(iter(ranks.verdict_shares(s).items()))
        lines.append(f"- {structure}: {text}, {100 * share:.0f}% of draws")
    return "\n".join(lines) + "\n"


def sheet_lines(sheet: TermSheet, seed: int) -> list[str]:
    """Rows of a term sheet with their size tried again on draws of another seed."""
    lines = [
        "| facility | price | begins at | smallest size, $bn | kept on | again, other seed |",
        "|---|---|---|---|---|---|",
    ]
    for row in sheet.rows:
        size = "not reachable" if row.size is None else f"{row.size:,.0f}"
        lines.append(
            f"| {row.terms.base.name} | {words.price_words(row.terms)} | {words.start_words(row.terms)} | {size} | "
            f"{100 * row.trial.share:.1f}% | {_again(sheet.order, row, seed)} |"
        )
    return lines


def _again(order: Order, row: SheetRow, seed: int) -> str:
    if row.size is None:
        return ""
    values = evaluate(
        [(order.world, row.terms.sized(row.size))], order.checked, seed, (order.aim.key,)
    ).values[0, 0]
    return f"{100 * order.aim.met(values).mean():.1f}%"


def main() -> None:
    head = f"""# Rankings over rival markets, and a term sheet

`python benchmarks/rivals.py`. {len(KNOWN)} structures: {"; ".join(f"{n} ({rival(n).title})" for n in KNOWN)}. {DRAWS} draws of each
structure's own fit, the fit itself first, {PATHS} paths, the same shocks for all. A step holds in a structure where it holds in more than
half of its draws.
"""
    parts = [head]
    with processes(2)() as pool:
        for name in WORLDS:
            parts.append(rankings(name, pool))
            print(name, flush=True)
        rows = tuple(row for own in usual() for row in grid(facility(own)))
        order = Order.usual(shipped("crowded"), parse_aim(AIM, 0.95), rows)
        sheet, other = term_sheet(order, pool=pool), term_sheet(replace(order, seed=OTHER_SEED), pool=pool)
    same = sum(a.size == b.size for a, b in zip(sheet.rows, other.rows, strict=True))
    parts.append(
        "\n".join(
            [
                f"### The smallest facility on crowded: {AIM} with 95%", "",
                f"Sizes of a search that begins from seed {OTHER_SEED} are the same in {same} of {len(rows)} rows.", "",
                *sheet_lines(sheet, 10 * OTHER_SEED),
            ]
        )
        + "\n"
    )  # fmt: skip
    (ROOT / "benchmarks" / "rivals.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
