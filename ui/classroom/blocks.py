"""A page of the kit as values, and its two drawings: Markdown, and a web page that prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.text import html as escape
from ui.export.html_page import document_of


@dataclass(frozen=True)
class Heading:
    """A heading below the page's title."""

    text: str


@dataclass(frozen=True)
class Said:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; numbered where order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class KitTable:
    """A table: a head for each column, and rows whose first cell is their header."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: bool = False  # cells are sentences, not figures


Block = Heading | Said | Bullets | KitTable


@dataclass(frozen=True)
class KitPage:
    """One page: a name for its file, a title, what it is for in a line, and its blocks."""

    name: str
    title: str
    lead: str
    blocks: tuple[Block, ...]


def markdown(page: KitPage) -> str:
    """The page as Markdown."""
    return "\n\n".join([f"# {page.title}", page.lead, *map(_markdown, page.blocks)]) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {block.text}"
    if isinstance(block, Said):
        return block.text
    if isinstance(block, Bullets):
        return "\n".join(
            f"{n}. {item}" if block.numbered else f"- {item}" for n, item in enumerate(block.items, 1)
        )
    align = "---" if block.words else "--:"
    lines = [block.heads, ("---", *(align for _ in block.heads[1:])), *block.rows]
    return f"{block.caption}\n\n" + "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def html(pages: Sequence[KitPage]) -> str:
    """Pages as one web page without a network; each begins on a sheet of its own when printed."""
    body = "".join(f'<article class="sheet">{fragment(page, 1)}</article>' for page in pages)
    title = pages[0].title if len(pages) == 1 else "Classroom kit"
    return document_of(CSS + body, title)


def fragment(page: KitPage, level: int) -> str:
    """A page as markup for inside another; `level` is that of its title's heading."""
    blocks = "".join(_html(block, level + 1) for block in page.blocks)
    return f"<h{level}>{escape(page.title)}</h{level}><p>{escape(page.lead)}</p>{blocks}"


CSS = """<style>
.sheet+.sheet{break-before:page;margin-top:4rem}
.kit-box{overflow-x:auto;margin:.6rem 0 1.2rem}
.kit{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
.kit caption{text-align:left;padding:.3rem 0}
.kit th,.kit td{white-space:nowrap;padding:.3rem .6rem;text-align:right;vertical-align:top;
 border:0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.kit th,.kit .words{white-space:normal}
.kit tr>:first-child,.kit .words{text-align:left}
.kit tbody th{min-width:5rem}
</style>"""


def _html(block: Block, level: int) -> str:
    if isinstance(block, Heading):
        return f"<h{level}>{escape(block.text)}</h{level}>"
    if isinstance(block, Said):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Bullets):
        tag = "ol" if block.numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</{tag}>"
    kind = ' class="words"' if block.words else ""
    heads = "".join(f'<th scope="col"{kind}>{escape(head)}</th>' for head in block.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td{kind}>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in block.rows
    )
    return (
        f'<div class="kit-box" role="region" tabindex="0" aria-label="{escape(block.caption)}"><table class="kit">'
        f"<caption>{escape(block.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
