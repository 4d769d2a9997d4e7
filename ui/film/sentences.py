"""The day's one sentence, in words that need no economics. Written in the subset that is translated for the browser."""

from __future__ import annotations

from ui.film.frames import Frame
from ui.words.amounts import amount, listed

SMALL = 0.5  # $bn; less is not worth a word
SMALL_CALL = 0.1  # $bn; the same of margin calls and losses
FULL = 95.0  # % of dealers' capacity from which they are said to be nearly full


def bn(value: float) -> str:
    """An amount of money."""
    return amount(value, "$bn")


def day_sentence(before: Frame, now: Frame, day: int) -> str:
    """What happened, who answered, and where that leaves the market; `before` is the close before, on day 0 itself."""
    if day == 0:
        return opening_sentence(now)
    happened = " ".join([part for part in [cause(now), answer(before, now)] if part != ""])
    return f"{happened} {standing(now)}"


def opening_sentence(now: Frame) -> str:
    """Where everybody stands before anything happens."""
    if now.fund_bonds < SMALL:
        return f"Before it begins: no fund holds a trade, and dealers use {share(now.dealer_use_pct)} of their balance sheets."
    return (
        f"Before it begins: hedge funds hold {bn(now.fund_bonds)} of bonds on {bn(now.fund_equity)} of their own money, "
        f"and dealers use {share(now.dealer_use_pct)} of their balance sheets."
    )


def share(percent: float) -> str:
    """A whole percentage."""
    return f"{percent:.0f}%"


def cause(now: Frame) -> str:
    """What set the day in motion."""
    if now.failed > 0:
        groups = (
            "A group of hedge funds has"
            if now.failed < 2
            else f"Of the hedge funds {now.failed:.0f} groups have"
        )
        return f"{groups} no money left: {bn(now.forced)} of bonds must be sold today."
    if now.forced >= SMALL:
        more = (
            f" Investors who need cash sell {bn(now.sold_for_cash)} too."
            if now.sold_for_cash >= SMALL
            else ""
        )
        return f"Hedge funds must sell {bn(now.forced)} of bonds{reasons(now)}.{more}"
    if now.sold_for_cash >= SMALL:
        return f"Investors who need cash sell {bn(now.sold_for_cash)} of bonds."
    if now.withdrawn >= SMALL:
        return f"Savers take {bn(now.withdrawn)} out of money funds, which lend less."
    if now.margin_called + now.lost >= SMALL:
        return f"Funds pay{cash_called(now)} out of their cash; nobody must sell."
    if now.issued > 0:
        return f"The Treasury sells {bn(now.issued)} of new bonds, and nobody else must sell."
    return "A quiet day: nobody must sell."


def reasons(now: Frame) -> str:
    """Why funds must sell, as far as the day itself says it."""
    called = cash_called(now)
    if now.unfunded >= SMALL:
        loans = f"{bn(now.unfunded)} of loans is not renewed"
        return f": {loans}, after{called}" if called != "" else f": {loans}"
    return f" after{called}" if called != "" else ""


def cash_called(now: Frame) -> str:
    """The cash that was called for."""
    margin = [f"margin calls of {bn(now.margin_called)}"] if now.margin_called >= SMALL_CALL else []
    losses = [f"losses of {bn(now.lost)}"] if now.lost >= SMALL_CALL else []
    return f" {listed([*margin, *losses])}" if len(margin) + len(losses) > 0 else ""


def answer(before: Frame, now: Frame) -> str:
    """What the Fed did."""
    bought = now.dealers_to_public + now.investors_to_public
    parts = []
    if now.funds_to_public >= SMALL:
        parts.append(f"takes {bn(now.funds_to_public)} straight from funds")
    if bought >= SMALL:
        parts.append(f"buys {bn(bought)}")
    if now.public_lent - before.public_lent >= SMALL:
        parts.append(f"lends {bn(now.public_lent - before.public_lent)} more")
    if bought <= -SMALL:
        parts.append(f"parts with {bn(-bought)}")
    if len(parts) == 0:
        return ""
    first = before.public_bonds < SMALL and before.public_lent < SMALL
    return f"The Fed steps in: it {listed(parts)}." if first else f"The Fed {listed(parts)}."


def standing(now: Frame) -> str:
    """How full dealers are and how far bonds trade from normal."""
    full = "nearly " if FULL <= now.dealer_use_pct < 99.5 else ""
    use = f"{full}full" if now.dealer_use_pct >= FULL else f"{share(now.dealer_use_pct)} full"
    more = "more" if now.dislocation_bp > 0 else "less"
    gap = (
        "what they normally do"
        if abs(now.dislocation_bp) < 0.5
        else f"{amount(abs(now.dislocation_bp), 'bp')} {more} than normal"
    )
    return f"Dealers' balance sheets are {use}; 10-year bonds yield {gap}."
