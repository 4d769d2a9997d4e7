"""Styles of the page, heads of charts, and legends with line patterns, bar colours and point shapes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.charts.styles import SOLID, Style

CSS = """<style>
.sb-cards{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,10.4rem),1fr));margin:0 0 .25rem}
.sb-card{border:1px solid color-mix(in srgb,currentColor 18%,transparent);border-top:4px solid var(--c);
 border-radius:.6rem;padding:.7rem .9rem .8rem;display:grid;grid-template-rows:subgrid;grid-row:span 7;row-gap:0;
 background:color-mix(in srgb,currentColor 2.5%,transparent);min-width:0}
.sb-card h3{font-size:1.02rem;line-height:1.25;margin:0 0 .45rem;padding:0;font-weight:650;overflow-wrap:anywhere}
.sb-row{padding:.42rem 0 .38rem;border-top:1px solid color-mix(in srgb,currentColor 11%,transparent);min-width:0}
.sb-what{font-size:.8rem;line-height:1.25;opacity:.86}
.sb-line{display:flex;align-items:baseline;flex-wrap:wrap;gap:.1rem .5rem}
.sb-value{font-size:1.32rem;font-weight:640;line-height:1.3;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.sb-gap{font-size:.8rem;line-height:1.3;opacity:.86;font-variant-numeric:tabular-nums}
.sb-mark{font-size:.78rem;font-weight:640;border:1px solid currentColor;border-radius:1rem;padding:0 .45rem;
 line-height:1.35;white-space:nowrap}
.sb-verdict{font-size:1.22rem;line-height:1.45;margin:.1rem 0 .2rem;max-width:68rem;text-wrap:pretty}
.sb-ends{display:grid;gap:.1rem;margin:.3rem 0 .2rem}
.sb-end{display:grid;grid-template-columns:minmax(8.5rem,1.1fr) minmax(18rem,2.9fr) repeat(3,minmax(5.6rem,.8fr));gap:.2rem 1rem;
 align-items:center;padding:.42rem 0;border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
.sb-end-head{border-top:0;padding:.1rem 0;font-size:.82rem;opacity:.9}
.sb-key{grid-column:1/3;display:flex;flex-wrap:wrap;gap:0 .9rem}.sb-key span{display:inline-flex;align-items:center;gap:.35rem}
.sb-key .sb-dot{width:.62rem;height:.62rem}
.sb-ahead,.sb-afig{text-align:right}.sb-afig{font-size:1.12rem;font-weight:640;font-variant-numeric:tabular-nums}
.sb-who{display:flex;align-items:center;gap:.5rem;line-height:1.2;overflow-wrap:anywhere;font-size:.95rem}.sb-who .sb-swatch{width:1.3rem}
.sb-dots>span{display:grid;grid-template-columns:repeat(34,1fr);gap:1.5px}
.sb-dot{display:block;aspect-ratio:1;forced-color-adjust:none}
.sb-contained{border-radius:50%;border:1.5px solid #8FA3B5}.sb-disorderly{background:#B7791F;scale:.82}
.sb-spiral{background:#C4204F;clip-path:polygon(50% 0,100% 100%,0 100%)}
.sb-slim{display:none}
@media (min-width:641px){:has(>.st-key-verdict){position:sticky;top:3.4rem;z-index:60}.st-key-verdict{background:light-dark(#FFFFFF,#11161D)}}
.sb-quiet{font-size:.86rem;opacity:.86;margin:0}
.sb-head{display:flex;flex-direction:column;gap:.3rem;min-height:10.2rem;margin-top:.8rem}
.sb-head .sb-legend{margin-top:auto}
.sb-head h2.sb-title{font-size:1.12rem;line-height:1.32;font-weight:650;margin:0;padding:0;text-wrap:pretty}
.sb-head .sb-note{font-size:.84rem;line-height:1.4;opacity:.86;margin:0 0 .2rem}
.sb-head.sb-alone{min-height:0}
.sb-legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;font-size:.84rem;line-height:1.5}
.sb-legend>span{display:inline-flex;align-items:center;gap:.4rem}
.sb-swatch{display:inline-block;width:2rem;height:.7rem;flex:none}
@media (max-width:640px){.sb-end{grid-template-columns:repeat(3,1fr);padding:.35rem 0}.sb-key{grid-column:1/-1}.sb-who,.sb-dots{grid-column:1/-1}
 .sb-ahead,.sb-afig{text-align:left;font-size:1rem}.sb-ahead{font-size:.78rem}
 .sb-slim{display:flex;gap:.2rem .8rem;flex-wrap:wrap;position:fixed;inset:auto 0 0 0;z-index:1000002;padding:.45rem .8rem;font-size:.86rem;
 background:light-dark(#FFFFFF,#11161D);border-top:1px solid color-mix(in srgb,currentColor 30%,transparent)}
 .sb-slim span{display:inline-flex;align-items:center;gap:.3rem}.sb-slim .sb-swatch{width:1.1rem}
.sb-cards{grid-template-columns:1fr}.sb-head{min-height:0}.sb-verdict{font-size:1.08rem}.sb-card{grid-template-rows:auto}
 .sb-row{display:grid;grid-template-columns:1fr auto;column-gap:.6rem}.sb-line{justify-content:flex-end;text-align:right}
 .sb-gap{grid-column:1/-1;text-align:right}}
</style>"""


def figure_head(title: str, note: str, entries: Sequence[Style], alone: bool) -> str:
    """A chart's finding, how to read it, and its legend."""
    drawn = legend(entries) if entries else ""
    return (
        f'<div class="sb-head{" sb-alone" if alone else ""}"><h2 class="sb-title">{escape(title)}</h2>'
        f'<p class="sb-note">{escape(note)}</p>{drawn}</div>'
    )


def legend(entries: Sequence[Style]) -> str:
    """Names with their line pattern, bar colour or point shape."""
    items = "".join(f'<span role="listitem">{swatch(e)}<span>{escape(e.name)}</span></span>' for e in entries)
    return f'<div class="sb-legend" role="list" aria-label="Legend">{items}</div>'


SHAPES = {
    "circle": "●", "square": "■", "diamond": "◆", "cross": "✚", "triangle-up": "▲", "triangle-down": "▼",
    "triangle-left": "◀", "triangle-right": "▶",
}  # fmt: skip


def swatch(entry: Style) -> str:
    if entry.sign == "bar":
        pale = "opacity:.4;" if entry.pale else ""
        return f'<span class="sb-swatch" aria-hidden="true" style="background:{entry.colour};{pale}width:.9rem"></span>'
    if entry.sign == "point":
        return f'<span aria-hidden="true" style="color:{entry.colour}">{SHAPES[entry.shape]}</span>'
    return (
        f'<span class="sb-swatch" aria-hidden="true" style="background:{stripes(entry)};height:3px"></span>'
    )


def stripes(entry: Style) -> str:
    """A line pattern as a repeating gradient."""
    if entry.dash == SOLID:
        return entry.colour
    at, stops = 0, []
    for n, length in enumerate(entry.dash):
        colour = entry.colour if n % 2 == 0 else "transparent"
        stops.append(f"{colour} {at}px {at + length}px")
        at += length
    return f"repeating-linear-gradient(90deg,{','.join(stops)})"


def marker(digest: str) -> str:
    """An invisible element, written last, that says which state the page shows."""
    return f'<div data-testid="state-marker" data-state="{digest}" data-ready="1" hidden></div>'
