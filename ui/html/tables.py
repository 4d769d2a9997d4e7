"""Tables as accessible HTML: headers by row and column, a first column that stays, scrolling of their own."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib import resources

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class TableCell:
    """One cell: its text, what is drawn small after it, a class, a colour strength in % and a title."""

    text: str
    small: str = ""
    kind: str = ""
    shade: tuple[str, float] | None = None
    title: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its header, its cells, what the header means, and a class."""

    head: str
    cells: Sequence[TableCell | str]
    help: str = ""
    kind: str = ""


@lru_cache(maxsize=1)
def css() -> str:
    """Styles of all tables; the first column needs the page's own colours to cover what scrolls beneath it."""
    theme = tomllib.loads(resources.files("ui").joinpath("theme.toml").read_text(encoding="utf-8"))
    light, dark = theme["light"]["backgroundColor"], theme["dark"]["backgroundColor"]
    return _CSS.replace("PAPER", f"light-dark({light},{dark})")


_CSS = """<style>
.tb-box{overflow-x:auto;border:1px solid color-mix(in srgb,currentColor 18%,transparent);border-radius:.5rem;
 max-width:100%;margin:.2rem 0 .6rem}
.tb{border-collapse:separate;border-spacing:0;font-size:.84rem;line-height:1.3;width:max-content;min-width:100%;
 font-variant-numeric:tabular-nums}
.tb th,.tb td{padding:.36rem .6rem;border:0;border-bottom:1px solid color-mix(in srgb,currentColor 10%,transparent);
 text-align:right;vertical-align:middle;white-space:nowrap}
.tb tr:last-child>*{border-bottom:0}
.tb th{font-weight:600}
.tb thead th{white-space:normal;max-width:7.2rem;vertical-align:bottom;
 border-bottom:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.tb th[scope=row],.tb thead th:first-child{position:sticky;left:0;z-index:1;background:PAPER;text-align:left;
 white-space:normal;max-width:13rem;min-width:8.2rem;border-right:1px solid color-mix(in srgb,currentColor 18%,transparent)}
.tb[data-testid=godley] th,.tb[data-testid=godley] td{padding:.34rem .42rem}
.tb[data-testid=godley]{font-size:.8rem}
.tb[data-testid=godley] thead th{max-width:4.6rem}
.tb[data-testid=godley] th[scope=row],.tb[data-testid=godley] thead th:first-child{min-width:6.6rem;max-width:7.4rem}
.tb[data-testid=godley] tr>:last-child{position:sticky;right:0;z-index:1;background:PAPER;
 border-left:1px solid color-mix(in srgb,currentColor 18%,transparent)}
[class*=st-key-alone] .sb-head{min-height:0}
.tb .tb-text{text-align:left;white-space:normal;min-width:15rem;max-width:30rem}
.tb .tb-quiet{opacity:.68;font-weight:400}
.tb .tb-strong{font-weight:650}
.tb .tb-total>*{border-top:1px solid color-mix(in srgb,currentColor 30%,transparent);font-weight:650}
.tb small{font-size:.74rem;font-weight:400;opacity:.8;display:block;line-height:1.2}
.tb .tb-quiet small{opacity:1}
.tb td.tb-shade{background:color-mix(in srgb,var(--c) var(--s),transparent)}
.tb .tb-miss{font-weight:650}
@media (max-width:640px){.tb th,.tb td{padding:.34rem .45rem}.tb th[scope=row],.tb thead th:first-child{min-width:6.6rem;
 max-width:7.6rem;overflow-wrap:anywhere}.tb{font-size:.8rem}}
</style>"""


def table(label: str, corner: str, columns: Sequence[str], rows: Sequence[Row], key: str = "") -> str:
    """A table in a box that scrolls sideways and can be reached by keyboard."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="tb-box" role="region" tabindex="0" aria-label="{escape(label)}, scrolls sideways">'
        f'<table class="tb" data-testid="{escape(key)}" aria-label="{escape(label)}"><thead><tr>'
        f'<th scope="col">{escape(corner)}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(row: Row) -> str:
    title = f' title="{escape(row.help)}"' if row.help else ""
    kind = f' class="{row.kind}"' if row.kind else ""
    return f'<tr{kind}><th scope="row"{title}>{escape(row.head)}</th>{"".join(map(_cell, row.cells))}</tr>'


def _cell(cell: TableCell | str) -> str:
    dressed = TableCell(cell) if isinstance(cell, str) else cell
    kinds = " ".join(filter(None, (dressed.kind, "tb-shade" if dressed.shade else "")))
    about = f' class="{kinds}"' if kinds else ""
    if dressed.shade:
        about += f' style="--c:{dressed.shade[0]};--s:{dressed.shade[1]:.0f}%"'
    if dressed.title:
        about += f' title="{escape(dressed.title)}"'
    small = f"<small>{escape(dressed.small)}</small>" if dressed.small else ""
    return f"<td{about}>{escape(dressed.text)}{small}</td>"


def billions(value: float, dust: float = 1e-6) -> TableCell:
    """An amount in a table whose unit is $bn: minus is a sign, and what is nothing is quiet."""
    if abs(value) < dust:
        return TableCell("0", kind="tb-quiet")
    sign = "−" if value < 0 else ""
    if abs(value) < 0.0005:
        return TableCell(f"{sign}<0.001")
    return TableCell(f"{sign}{abs(value):,.{1 if abs(value) >= 0.05 else 3}f}")


def power(value: float, times: str = "\u00a0×\u00a0") -> str:
    """A tiny number as `3 × 10⁻¹³`; zero is `0`."""
    if value == 0:
        return "0"
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits.replace('-', '−')}{times}10{str(int(exponent)).translate(SUPERSCRIPT)}"
