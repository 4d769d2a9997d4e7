"""The market's plumbing in one picture: five sectors, what they hold, and what flows between them on a day.

One function draws it everywhere: as a still on a page, and, translated, in the browser. Whatever the day, it has the same
parts in the same order, so that a player can glide from one day to the next.
"""

from __future__ import annotations

from typing import NamedTuple

from ui.film.frames import Frame
from ui.film.layouts import BONDS, BOX_HEIGHT, CALLS, LOANS, SECTORS, Layout, Pipe
from ui.film.sentences import FULL, SMALL, SMALL_CALL, bn, share
from ui.words.amounts import listed

TITLES = ("Investors", "The Fed", "Dealers", "Money funds", "Hedge funds")
ABOUT = ("asset managers, pensions", "and its vehicle", "trade with all others", "and banks: lend overnight", "bonds on borrowed money")  # fmt: skip
PAD, FIRST_ROW, ROW = 10.0, 51.0, 25.0
PALE = 0.3  # of what a picture does not speak of
TANK = 110.0  # % of capacity at which dealers' box is filled to its top
THIN, THICK = 2.5, 11.5  # of a pipe's width


class Measure(NamedTuple):
    """What the longest bar and the widest pipes stand for, $bn."""

    stock: float
    flow: float
    loan: float


class BoxLine(NamedTuple):
    """A line of a box: what, how much, in words, and which colour."""

    what: str
    value: float
    text: str
    tone: str


class Flow(NamedTuple):
    """What runs through a pipe: $bn, negative against its direction, what is said beside it, and which colour."""

    value: float
    verb: str
    tone: str


def measure_of(films: list[list[Frame]]) -> Measure:
    """One measure for all days of all films that stand side by side."""
    stock, flow, loan = 1.0, 1.0, 1.0
    for frames in films:
        for now in frames:
            for rows in boxes(now):
                for row in rows:
                    stock = max(stock, abs(row.value) if row.tone != "use" else 0.0)
            for one in bonds(now):
                flow = max(flow, abs(one.value))
            for lent in loans(now):
                loan = max(loan, lent)
    return Measure(stock, flow, loan)


def boxes(now: Frame) -> list[list[BoxLine]]:
    """What each sector's box says, in the order of the sectors."""
    sold = -now.investor_bonds
    cash = "Cash raised" if now.investor_cash >= 0 else "Cash spent"
    return [
        [
            money("Bonds sold" if sold > 0 else "Bonds bought", abs(sold), "bond"),
            money(cash, abs(now.investor_cash), "cash"),
            money("Borrowed", now.investor_repo, "loan"),
        ],
        [
            money("Bonds held", now.public_bonds, "bond"),
            money("Lent", now.public_lent, "loan"),
            money("Cash paid out", now.public_bonds + now.public_lent, "cash"),
        ],
        [
            money("Bonds held", now.dealer_bonds, "bond"),
            money("Lent", now.dealer_lent, "loan"),
            BoxLine("Balance sheet full", now.dealer_use_pct, share(now.dealer_use_pct), "use"),
        ],
        [
            money("Lent", now.lender_lent, "loan"),
            money("Cash left to lend", now.lender_cash, "cash"),
            money("In all", now.lender_lent + now.lender_cash, "own"),
        ],
        [
            money("Bonds held", now.fund_bonds, "bond"),
            money("Own money", now.fund_equity, "own"),
            money("Cash at hand", now.fund_cash, "cash"),
        ],
    ]


def money(what: str, value: float, tone: str) -> BoxLine:
    """A line with an amount."""
    return BoxLine(what, value, bn(value), tone)


def bonds(now: Frame) -> list[Flow]:
    """Bonds that change hands, in the order of a layout's pipes."""
    return [
        Flow(now.investors_to_dealers, "sell" if now.investors_to_dealers > 0 else "buy", "bond"),
        Flow(now.dealers_to_public, "buys" if now.dealers_to_public > 0 else "sells", "bond"),
        Flow(now.funds_to_dealers, "must sell", "forced"),
        Flow(now.funds_to_public, "takes", "forced"),
        Flow(now.investors_to_public, "buys" if now.investors_to_public > 0 else "delivers", "bond"),
        Flow(now.issued, "Treasury sells", "bond"),
    ]


def loans(now: Frame) -> list[float]:
    """Cash lent, in the order of a layout's pipes."""
    return [
        now.lender_lent,
        max(now.fund_repo - now.public_direct, 0.0),
        now.public_lent - now.public_direct,
        now.public_direct,
        max(now.investor_repo, 0.0),
    ]


def calls(now: Frame) -> list[Flow]:
    """Cash that is taken out or called for, in the order of a layout's pipes."""
    return [
        Flow(now.withdrawn, "taken out" if now.withdrawn > 0 else "put back", "cash"),
        Flow(now.margin_called, "margin call", "forced"),
    ]


def described(now: Frame) -> str:
    """The picture in words, for those who do not see it."""
    told = []
    for k in range(len(SECTORS)):
        told.append(f"{TITLES[k]}: {listed([f'{row.what} {row.text}' for row in boxes(now)[k]])}.")
    moved = moves_in_words(now)
    return " ".join([*told, f"Today: {listed(moved)}."] if len(moved) > 0 else told)


def moves_in_words(now: Frame) -> list[str]:
    """Who passes bonds to whom."""
    told = []
    for k in range(len(BONDS)):
        one, ends = bonds(now)[k], BONDS[k].split(" ")
        seller, buyer = (ends[1], ends[0]) if one.value < 0 else (ends[0], ends[1])
        if abs(one.value) >= SMALL:
            told.append(f"{bn(abs(one.value))} of bonds from {called(seller)} to {called(buyer)}")
    return told


def called(sector: str) -> str:
    """A sector within a sentence."""
    names = {"public": "the Fed", "treasury": "the Treasury", "funds": "hedge funds"}
    return names[sector] if sector in ("public", "treasury", "funds") else sector


def drawing(now: Frame, opening: Frame, measure: Measure, layout: Layout, lit: list[str], bare: bool) -> str:
    """The picture of a day as SVG. `lit` names the sectors that stand out, none for all; `bare` leaves all figures out."""
    run = bonds(now)
    moved = calls(now)
    lent = loans(now)
    pipes = [tube(layout.loans[k], lent[k], measure, shade(LOANS[k], lit), bare) for k in range(len(LOANS))]
    strong = [0.0 if abs(run[k].value) < SMALL else shade(BONDS[k], lit) for k in range(len(BONDS))]
    due = [0.0 if abs(moved[k].value) < SMALL_CALL else shade(CALLS[k], lit) for k in range(len(CALLS))]
    flows = [
        *[flow(layout.bonds[k], run[k], measure, strong[k]) for k in range(len(BONDS))],
        *[flow(layout.calls[k], moved[k], measure, due[k]) for k in range(len(CALLS))],
    ]
    said = "The market's plumbing." if bare else described(now)
    passed = "" if bare else "".join(flows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="film-picture film-{layout.name}" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" role="img" '
        f'aria-label="{said}">{"".join(pipes)}{passed}{house(now, layout, lit, bare)}'
        f"{''.join([box(k, now, opening, measure, layout, lit, bare) for k in range(len(SECTORS))])}</svg>"
    )


def shade(name: str, lit: list[str]) -> float:
    """How strongly a box or a pipe is drawn: pale unless all its ends are lit."""
    dark = [end for end in name.split(" ") if end not in lit and end not in ("treasury", "clearing")]
    return PALE if len(lit) > 0 and len(dark) > 0 else 1.0


def tube(pipe: Pipe, lent: float, measure: Measure, strength: float, bare: bool) -> str:
    """A loan that stands: as wide as it is large."""
    width = 4.0 if bare else THIN + THICK * lent / measure.loan
    opacity = strength if bare or lent >= SMALL else 0.0
    return f'<path class="film-tube" d="{course(pipe)}" stroke-width="{width:.1f}" opacity="{opacity:.2f}"/>'


def course(pipe: Pipe) -> str:
    """The line of a pipe: straight, or upright at one end and sideways at the other."""
    head = f"M{pipe.x1:.0f},{pipe.y1:.0f}"
    tail = f"{pipe.x2:.0f},{pipe.y2:.0f}"
    if pipe.turn == "":
        return f"{head} L{tail}"
    corner = f"{pipe.x1:.0f},{pipe.y2:.0f}" if pipe.turn == "end" else f"{pipe.x2:.0f},{pipe.y1:.0f}"
    return f"{head} C{corner} {corner} {tail}"


def flow(pipe: Pipe, one: Flow, measure: Measure, strength: float) -> str:
    """What moves on the day: a band as wide as it is large, its point, and its words."""
    width = THIN + THICK * min(abs(one.value) / measure.flow, 1.0)
    back = " film-back" if one.value < 0 else ""
    label = ""
    if pipe.anchor != "":
        label = (
            f'<text class="film-verb" x="{pipe.label_x:.0f}" y="{pipe.label_y:.0f}" text-anchor="{pipe.anchor}">{one.verb}</text>'
            f'<text class="film-sum" x="{pipe.label_x:.0f}" y="{pipe.label_y + 14:.0f}" text-anchor="{pipe.anchor}">'
            f"{bn(abs(one.value))}</text>"
        )
    return (
        f'<g class="film-flow film-{one.tone}{back}" opacity="{strength:.2f}">'
        f'<path class="film-bed" d="{course(pipe)}" stroke-width="{width:.1f}"/>'
        f'<path class="film-run" d="{course(pipe)}" stroke-width="{max(0.4 * width, 1.4):.1f}"/>'
        f'<path class="film-point" d="{point(pipe, one.value < 0, width)}"/>{label}</g>'
    )


def point(pipe: Pipe, back: bool, width: float) -> str:
    """The arrow's head at the end where bonds or cash arrive."""
    x, y = (pipe.x1, pipe.y1) if back else (pipe.x2, pipe.y2)
    from_x, from_y = (pipe.x2, pipe.y2) if back else (pipe.x1, pipe.y1)
    size = 6.0 + width / 2
    if pipe.y1 == pipe.y2 or pipe.turn == ("start" if back else "end"):
        base = x - size if x > from_x else x + size
        return f"M{x:.1f},{y:.1f} L{base:.1f},{y - size:.1f} L{base:.1f},{y + size:.1f} Z"
    base = y - size if y > from_y else y + size
    return f"M{x:.1f},{y:.1f} L{x - size:.1f},{base:.1f} L{x + size:.1f},{base:.1f} Z"


def house(now: Frame, layout: Layout, lit: list[str], bare: bool) -> str:
    """The clearing house, which holds funds' margin."""
    x, y = layout.clearing
    strength = shade("funds", lit)
    held = "holds margin" if bare else f"holds {bn(now.fund_margin)}"
    return (
        f'<g class="film-house" opacity="{strength:.2f}"><rect x="{x - 56:.0f}" y="{y - 18:.0f}" width="112" height="36" rx="18"/>'
        f'<text class="film-about" x="{x:.0f}" y="{y - 3:.0f}" text-anchor="middle">Clearing house</text>'
        f'<text class="film-sum" x="{x:.0f}" y="{y + 11:.0f}" text-anchor="middle">{held}</text></g>'
    )


def box(
    k: int, now: Frame, opening: Frame, measure: Measure, layout: Layout, lit: list[str], bare: bool
) -> str:
    """One sector: its name, what it is, and its lines."""
    x, y = layout.boxes[k]
    rows, first = boxes(now)[k], boxes(opening)[k]
    lines = "".join(
        [line(n, rows[n], first[n], measure, (x, y, layout.box_width), bare) for n in range(len(rows))]
    )
    full = 0.0 if bare or SECTORS[k] != "dealers" else BOX_HEIGHT * min(now.dealer_use_pct / TANK, 1.0)
    over = " film-over" if not bare and now.dealer_use_pct >= FULL else ""
    return (
        f'<g class="film-box film-box-{SECTORS[k]}" opacity="{shade(SECTORS[k], lit):.2f}">'
        f'<rect class="film-frame" x="{x:.0f}" y="{y:.0f}" width="{layout.box_width:.0f}" height="{BOX_HEIGHT:.0f}" rx="9"/>'
        f'<rect class="film-tank{over}" x="{x:.0f}" y="{y + BOX_HEIGHT - full:.1f}" width="{layout.box_width:.0f}" '
        f'height="{full:.1f}" rx="9"/>'
        f'<text class="film-title" x="{x + PAD:.0f}" y="{y + 19:.0f}">{TITLES[k]}</text>'
        f'<text class="film-about" x="{x + PAD:.0f}" y="{y + 33:.0f}">{ABOUT[k]}</text>{lines}</g>'
    )


def line(
    n: int, row: BoxLine, first: BoxLine, measure: Measure, corner: tuple[float, float, float], bare: bool
) -> str:
    """What, how much, and a bar with a mark where it stood at the opening."""
    x, y, wide = corner
    x, at, long = x + PAD, y + FIRST_ROW + ROW * n, wide - 2 * PAD
    most = TANK if row.tone == "use" else measure.stock
    size = 0.0 if bare else long * min(max(row.value, 0.0) / most, 1.0)
    stood = long * min(max(first.value, 0.0) / most, 1.0) if first.what == row.what else 0.0
    mark = "0" if bare or stood == 0 else "1"
    text = "" if bare else row.text
    return (
        f'<text class="film-what" x="{x:.0f}" y="{at:.0f}">{row.what}</text>'
        f'<text class="film-value" x="{x + long:.0f}" y="{at:.0f}" text-anchor="end">{text}</text>'
        f'<rect class="film-rail" x="{x:.0f}" y="{at + 5:.0f}" width="{long:.0f}" height="4" rx="2"/>'
        f'<rect class="film-bar film-{row.tone}" x="{x:.0f}" y="{at + 5:.0f}" width="{size:.1f}" height="4" rx="2"/>'
        f'<rect class="film-mark" x="{x + stood - 1:.1f}" y="{at + 3:.0f}" width="2" height="8" opacity="{mark}"/>'
    )
