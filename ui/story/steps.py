"""The eight steps of the story as data: a world, policies, a question, and how everything else follows from the run.

Nothing here is a result. What is right, what is said and what is drawn is computed from the step's own run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policy.outcomes.scorecard import (
    CASCADE_MULTIPLIER,
    FORCED_SALES,
    FUND_LOSSES,
    LOSSES_SPARED,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    TAKE_UP,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.summary import Summary
from ui.charts.figure import Figure
from ui.comparison import by_day, totals
from ui.film.frames import Frame
from ui.story import cards
from ui.words import amounts

Runs = tuple[Summary, ...]
Numbers = tuple[tuple[str, str], ...]
PEAK, TAIL, EASING = PEAK_DISLOCATION.key, TAXPAYER_TAIL.key, UNINTENDED_EASING.key
SALES = FORCED_SALES.key


@dataclass(frozen=True)
class Step:
    """One step: a world, policies, a question to answer first, and how everything else follows from the run.

    `policies` are specs; `worlds` are shipped names, the first is the step's own and is what goes to the sandbox.
    `argues` is the choice that the text leads to; tests hold it against the computed truth. The picture of the market is that
    of policy `pictured` in the step's own world on the day when `moment` is largest, with the sectors in `lit` standing out.
    """

    name: str
    title: str
    text: str
    worlds: tuple[str, ...]
    policies: tuple[str, ...]
    question: str
    choices: tuple[str, ...]
    truth: Callable[[Runs], int]
    argues: int
    reveal: Callable[[Runs], str]
    lesson: str
    figures: tuple[Callable[[Runs], Figure], ...]
    numbers: Callable[[Runs], Numbers]
    lit: tuple[str, ...]
    pictured: int
    moment: Callable[[Frame], float]
    notes: str


# What is computed from a run


def mean(runs: Runs, key: str, k: int, world: int = 0) -> float:
    """A mean over paths of one policy in one of the step's worlds."""
    return runs[world].outcomes[k].means[key]


def figure(runs: Runs, key: str, k: int, world: int = 0) -> str:
    """The same with its unit."""
    return amounts.figure(key, mean(runs, key, k, world))


def among(value: float, bounds: tuple[float, ...]) -> int:
    """The place of a value among rising bounds: 0 below the first."""
    return sum(value >= bound for bound in bounds)


def fall(runs: Runs, k: int, base: int = 0) -> float:
    """By which share the peak dislocation under a policy is lower than under another."""
    return 1 - mean(runs, PEAK, k) / mean(runs, PEAK, base)


def own_money(runs: Runs) -> float:
    """Funds' equity in $ behind each $100 of positions."""
    equity, positions = cards.capital(runs[0].world)
    return 100 * equity / positions


def nearest(value: float, levels: tuple[float, ...]) -> int:
    """The level that is nearest in proportion."""
    return min(range(len(levels)), key=lambda k: max(levels[k] / value, value / levels[k]))


def most_sold(runs: Runs) -> int:
    """The trade of which funds must sell most."""
    sold = runs[0].outcomes[0].sold
    return max(range(len(sold)), key=lambda j: sold[j])


def lowest(runs: Runs, key: str = PEAK, world: int = 0, among_policies: tuple[int, ...] | None = None) -> int:
    """The policy under which an outcome is lowest."""
    candidates = among_policies or tuple(range(len(runs[world].policies)))
    return min(candidates, key=lambda k: mean(runs, key, k, world))


def _reversal(runs: Runs) -> int:
    """Which of four stories forced sales tell: fewest under the facility in both, elsewhere in both, either way round."""
    repo = 2
    first, second = (lowest(runs, SALES, world) == repo for world in (0, 1))
    return {(True, True): 0, (False, False): 1, (True, False): 2, (False, True): 3}[first, second]


def spared_less(runs: Runs) -> float:
    """By which share funds are spared less at the higher price of help."""
    cells = runs[0].cells[LOSSES_SPARED.key]
    return 1 - cells[3].value / cells[2].value


# The eight steps


def _dealers(runs: Runs) -> Figure:
    return by_day.dealers(runs[0])


def _dislocation(runs: Runs) -> Figure:
    return by_day.dislocation(runs[0])


def _taxpayer(runs: Runs) -> Figure:
    return totals.taxpayer(runs[0])


def _funds(runs: Runs) -> Figure:
    return totals.funds(runs[0])


STEPS = (
    Step(
        name="calm",
        title="A calm market and three trades",
        text="Hedge funds hold Treasuries against something almost alike: a future (basis), a swap (swap spread) or a "
        "newer bond (off the run). The gap is tiny, so they borrow most of the price overnight in repo, through "
        "dealers. While nothing happens, everybody earns a little, dealers have room, and no bond has to be sold.",
        worlds=("calm",),
        policies=("none",),
        question="For every $100 of bonds in the three trades, how much is the funds' own money?",
        choices=("About $50", "About $15", "About $4"),
        truth=lambda runs: nearest(own_money(runs), (50, 15, 4)),
        argues=2,
        reveal=lambda runs: (
            f"Funds carry {amounts.amount(cards.capital(runs[0].world)[1], '$bn')} of positions on "
            f"{amounts.amount(cards.capital(runs[0].world)[0], '$bn')} of their own: "
            f"${own_money(runs):.1f} of each $100. Dealers use {figure(runs, PEAK_DEALER_USE.key, 0)} of their balance "
            f"sheets, and forced sales are {figure(runs, FORCED_SALES.key, 0)}."
        ),
        lesson="Small gaps pay only with a lot of borrowed money. That is safe as long as lenders, margins and prices hold still.",
        figures=(lambda runs: cards.positions(runs[0]), _dealers),
        numbers=lambda runs: (
            ("Positions of hedge funds", amounts.amount(cards.capital(runs[0].world)[1], "$bn")),
            ("Their own money", amounts.amount(cards.capital(runs[0].world)[0], "$bn")),
            ("Dealers' balance sheets in use", figure(runs, PEAK_DEALER_USE.key, 0)),
        ),
        lit=("funds", "dealers", "lenders"),
        pictured=0,
        moment=lambda day: 0.0,
        notes="Ask the room to vote before you show the answer. The basis trade alone was put at about $1 trillion in March "
        "2025, and the industry's average leverage at about 20 (Financial Times, 2025). The market in this step is stylised: nothing moves until somebody is shocked.",
    ),
    Step(
        name="shock",
        title="A shock: volatility, margins, forced sales",
        text="Now positions are more crowded, and two weeks of large yield moves arrive. Clearing houses ask for more margin, "
        "funds' own risk limits tighten, clients want cash from dealers, and hopes for a swap trade are disappointed. "
        "Funds that lack cash must sell. Each sale moves the price against all others in the trade, so more must sell. "
        "Nobody steps in.",
        worlds=("crowded",),
        policies=("none",),
        question="Newspapers write about the basis trade. Of which trade do funds have to sell most here?",
        choices=("Basis: bonds against futures", "Swap spread: bonds against swaps", "Off the run: old bonds against new"),
        truth=most_sold,
        argues=1,
        reveal=lambda runs: (
            f"Funds must sell {figure(runs, FORCED_SALES.key, 0)}: "
            + ", ".join(
                f"{amounts.amount(x, '$bn')} {name}"
                for name, x in zip(("basis", "swap-spread", "off-the-run"), runs[0].outcomes[0].sold, strict=True)
            )
            + f" positions. The 10-year's dislocation peaks at {figure(runs, PEAK, 0)}, and sales come to "
            f"{mean(runs, CASCADE_MULTIPLIER.key, 0):.1f} times those of the first round."
        ),
        lesson="The spiral runs through the trade that is hit, not the one that is famous. In April 2025, too, the swap-spread "
        "trade was sold while the basis trade was unwound in order.",
        figures=(lambda runs: cards.sold(runs[0]), _dislocation),
        numbers=lambda runs: (
            ("Forced sales", figure(runs, FORCED_SALES.key, 0)),
            ("Peak 10-year dislocation", figure(runs, PEAK, 0)),
            ("Losses of funds", figure(runs, FUND_LOSSES.key, 0)),
        ),
        lit=("funds", "dealers"),
        pictured=0,
        moment=lambda day: day.forced,
        notes="Follow one fund: margin rises, free cash is gone, it sells, the price falls, the next fund's margin is short. "
        "In April 2025 swap-spread trades were the main driver, and futures basis showed little stress (Financial "
        "Times, 2025). The multiplier says how much of the selling was caused by selling.",
    ),
    Step(
        name="dealers",
        title="Dealers are everybody's shock absorber",
        text="Whoever sells, dealers buy first, and they also lend in repo. Both use the same balance sheet, which is limited by "
        "rules and by their desks' own risk limits. When it fills up they charge more for all of it, so prices move in "
        "every trade at once. Compare the same shock with dealers who have a tenth more room from the first day.",
        worlds=("crowded",),
        policies=("none", "A tenth more room=leverage-relief:relief_pct=10,start=2026-06-01"),
        question="Funds, margins and shock stay the same. How much lower is the peak dislocation with a tenth more room?",
        choices=("Hardly: less than 10% lower", "In proportion: 10 to 25% lower", "Far more: over 25% lower"),
        truth=lambda runs: among(fall(runs, 1), (0.10, 0.25)),
        argues=2,
        reveal=lambda runs: (
            f"The peak falls by {100 * fall(runs, 1):.0f}%, from {figure(runs, PEAK, 0)} to {figure(runs, PEAK, 1)}; "
            f"forced sales fall from {figure(runs, FORCED_SALES.key, 0)} to {figure(runs, FORCED_SALES.key, 1)}. "
            f"Dealers' use peaks at {figure(runs, PEAK_DEALER_USE.key, 0)} of capacity without the room and "
            f"{figure(runs, PEAK_DEALER_USE.key, 1)} with it."
        ),
        lesson="The price of balance sheet rises steeply near the limit, so a little room there is worth much. Relief is no free "
        "lunch: it may invite larger positions later.",
        figures=(_dealers, _dislocation),
        numbers=lambda runs: (
            ("Peak dislocation, as it was", figure(runs, PEAK, 0)),
            ("With a tenth more room", figure(runs, PEAK, 1)),
            ("Forced sales spared", amounts.amount(mean(runs, FORCED_SALES.key, 0) - mean(runs, FORCED_SALES.key, 1), "$bn")),
        ),
        lit=("dealers", "investors", "funds", "lenders"),
        pictured=0,
        moment=lambda day: day.dealer_use_pct,
        notes="This is the constraint that every policy in the next steps works on. Research finds that illiquidity follows "
        "volatility until dealers' balance sheets are nearly full, and is much worse after that (Duffie and others 2023). "
        "How much leverage-ratio relief would really free is contested.",
    ),
    Step(
        name="outright",
        title="Outright purchases: they work, and they cost",
        text="The Fed buys bonds from anyone, up to $500bn. Dealers are relieved and the spiral stops. But it also takes "
        "interest-rate risk off investors: long yields fall, which looks like easier monetary policy. And the public now "
        "holds bonds whose value moves with rates long after the crisis.",
        worlds=("crowded",),
        policies=("none", "outright"),
        question="A year later, what is the public's average result in the worst 5% of outcomes?",
        choices=(
            "A gain: bonds bought in a panic are cheap",
            "A loss below $10bn",
            "A loss of $10bn or more",
        ),
        truth=lambda runs: among(mean(runs, TAIL, 1), (0.0, 10.0)),
        argues=2,
        reveal=lambda runs: (
            f"The peak dislocation falls from {figure(runs, PEAK, 0)} to {figure(runs, PEAK, 1)}. The price: "
            f"{figure(runs, EASING, 1)} of unintended easing, and the public expects a "
            f"{figure(runs, TAXPAYER_MEAN.key, 1)}; the worst 5% of outcomes mean a {figure(runs, TAIL, 1)}."
        ),
        lesson="Purchases calm the market. They also ease, and leave the taxpayer with rate risk that has nothing to do with the crisis.",
        figures=(_taxpayer, _dislocation),
        numbers=lambda runs: (
            ("Peak dislocation", f"{figure(runs, PEAK, 0)} → {figure(runs, PEAK, 1)}"),
            ("Unintended easing", figure(runs, EASING, 1)),
            ("Taxpayer, expected", figure(runs, TAXPAYER_MEAN.key, 1)),
            ("Taxpayer, worst 5%", figure(runs, TAIL, 1)),
        ),
        lit=("public", "dealers", "investors"),
        pictured=1,
        moment=lambda day: day.forced,
        notes="The yardstick is March 2020: the Fed bought $1 trillion of Treasuries in one quarter, and the purchases themselves, "
        "not their announcement, brought yields down (Vissing-Jorgensen 2021). In April 2025 they would have looked like the start of cuts, "
        "Kashyap said. The expected gain is pay for risk; do not read it as money for nothing.",
    ),
    Step(
        name="repo",
        title="The repo facility: it depends on what binds",
        text="A standing facility lends cash against Treasuries at a fixed rate; dealers borrow it and pass it on. Try it in two "
        "crises: a run, in which money funds withdraw cash from repo, and the crowded market, in which balance sheet is "
        "short. All tools start together, once cash in repo has become dear.",
        worlds=("funding_run", "crowded"),
        policies=(
            "none",
            "Purchases=outright:start=repo_spread_bp.above.10.for.1",
            "repo",
            "Auction=hedged-auction:start=repo_spread_bp.above.10.for.1",
        ),
        question="Under which policy do funds have to sell least in each crisis?",
        choices=(
            "The repo facility in both",
            "Purchases or the auction in both",
            "The facility in the run; purchases or the auction in the crowded market",
            "Purchases or the auction in the run; the facility in the crowded market",
        ),
        truth=_reversal,
        argues=2,
        reveal=lambda runs: (
            f"In the run funds must sell {figure(runs, SALES, 0)} without action, {figure(runs, SALES, 2)} with the facility and "
            f"{figure(runs, SALES, 1)} with purchases. In the crowded market it is {figure(runs, SALES, 0, 1)} without action, "
            f"{figure(runs, SALES, 2, 1)} with the facility, which lends {figure(runs, TAKE_UP.key, 2, 1)}, and "
            f"{figure(runs, SALES, 1, 1)} with purchases."
        ),
        lesson="A lender of cash cures a shortage of cash. Where balance sheet is short, cash is not what is missing, and hardly "
        "anybody borrows. Ask what binds before asking which tool is best.",
        figures=(lambda runs: cards.reversal(runs), lambda runs: by_day.repo(runs[0])),
        numbers=lambda runs: (
            ("Forced sales in the run, facility", f"{figure(runs, SALES, 0)} → {figure(runs, SALES, 2)}"),
            ("In the run, purchases", f"{figure(runs, SALES, 0)} → {figure(runs, SALES, 1)}"),
            ("Crowded market, facility", f"{figure(runs, SALES, 0, 1)} → {figure(runs, SALES, 2, 1)}"),
            ("Crowded market, purchases", f"{figure(runs, SALES, 0, 1)} → {figure(runs, SALES, 1, 1)}"),
        ),
        lit=("public", "dealers", "lenders", "investors"),
        pictured=2,
        moment=lambda day: day.public_lent,
        notes="This is the quarrel between Kahn, who holds that funding to delivery is what matters and repo is the lever, and "
        "Kashyap and Stein, for whom balance sheet binds. Both are right in their own world. Who may borrow matters too: in the "
        "sandbox, try a cleared facility, or one that lends to non-banks direct, as the Bank of England's does.",
    ),
    Step(
        name="auction",
        title="The hedged auction: smaller, no easing, little risk",
        text="Kashyap and Stein propose a vehicle that takes over the whole bundle, bond and hedge together, from funds that must "
        "sell. It bids below the normal price and buys only when the market is worse. The hedge keeps interest-rate "
        "risk out. Purchases and the auction may each spend up to $500bn, at the same pace, from the same trigger.",
        worlds=("crowded",),
        policies=("none", "outright", "hedged-auction"),
        question="The auction brings the peak a little lower than outright purchases. How much does it buy, compared with them?",
        choices=("About as much", "About half", "Less than a third"),
        truth=lambda runs: 2 - among(mean(runs, TAKE_UP.key, 2) / mean(runs, TAKE_UP.key, 1), (1 / 3, 0.75)),
        argues=1,
        reveal=lambda runs: (
            f"The auction buys {figure(runs, TAKE_UP.key, 2)} against {figure(runs, TAKE_UP.key, 1)} outright, for a peak of "
            f"{figure(runs, PEAK, 2)} against {figure(runs, PEAK, 1)}. Unintended easing is {figure(runs, EASING, 2)} against "
            f"{figure(runs, EASING, 1)}; the worst 5% mean a {figure(runs, TAIL, 2)} against a {figure(runs, TAIL, 1)}."
        ),
        lesson="It buys only from those who must sell, at the moment they must, and below the normal price. Where only cash is missing, "
        "bonds stay close to that price and it has little to buy, as in a run of money funds.",
        figures=(_taxpayer, _dislocation),
        numbers=lambda runs: (
            ("Bought by the auction", figure(runs, TAKE_UP.key, 2)),
            ("Bought outright", figure(runs, TAKE_UP.key, 1)),
            ("Easing, auction and outright", f"{figure(runs, EASING, 2)} and {figure(runs, EASING, 1)}"),
            ("Worst 5%, auction and outright", f"{figure(runs, TAIL, 2)} and {figure(runs, TAIL, 1)}"),
        ),
        lit=("public", "funds", "dealers"),
        pictured=2,
        moment=lambda day: day.funds_to_public,
        notes="The proposal is in The Economist of 11 April 2025. Its three claims are no easing signal, no rate risk and less "
        "moral hazard; this step tests the first two, the next the third. Size, discount and first loss are choices of this sandbox.",
    ),
    Step(
        name="hazard",
        title="Who pays, and what funds learn",
        text="Somebody is always spared. Help that stops the spiral also saves the funds that took the risk, and they may borrow "
        "more next time. The vehicle can ask for a higher price: a penalty of 80 bp over the calm price, not 20. "
        "The authors want such a penalty, so that help is nothing to count on.",
        worlds=("crowded",),
        policies=(
            "none",
            "outright",
            "Auction at 20 bp=hedged-auction:penalty_bp=20",
            "Auction at 80 bp=hedged-auction:penalty_bp=80",
        ),
        question="Help gets four times dearer. How much less of their losses are funds spared?",
        choices=("Much less: 30% or more", "Somewhat less: 10 to 30%", "About the same, or more"),
        truth=lambda runs: 2 - among(spared_less(runs), (0.10, 0.30)),
        argues=0,
        reveal=lambda runs: (
            f"Funds lose {figure(runs, FUND_LOSSES.key, 0)} under no action. They are spared "
            f"{amounts.amount(runs[0].cells[LOSSES_SPARED.key][2].value, '$bn')} at 20 bp, "
            f"{amounts.amount(runs[0].cells[LOSSES_SPARED.key][3].value, '$bn')} at 80 bp and "
            f"{amounts.amount(runs[0].cells[LOSSES_SPARED.key][1].value, '$bn')} under outright purchases."
        ),
        lesson="A dear vehicle buys less and later, so prices fall further and funds bear more. A cheap one spares them as much as "
        "purchases do, or more. Whether they would borrow more is a separate calculation, on the page Who pays.",
        figures=(_funds, _taxpayer),
        numbers=lambda runs: (
            ("Lost under no action", figure(runs, FUND_LOSSES.key, 0)),
            ("Spared, outright", amounts.amount(runs[0].cells[LOSSES_SPARED.key][1].value, "$bn")),
            ("Spared at 20 bp", amounts.amount(runs[0].cells[LOSSES_SPARED.key][2].value, "$bn")),
            ("Spared at 80 bp", amounts.amount(runs[0].cells[LOSSES_SPARED.key][3].value, "$bn")),
        ),
        lit=("public", "funds"),
        pictured=2,
        moment=lambda day: day.funds_to_public,
        notes="What funds are spared after the fact is the first part of moral hazard, and the only part on this slide. The second is "
        "the leverage they choose when they expect help; it has never been estimated for Treasuries, so the sandbox "
        "works it out under assumptions that you can change. Stein's yardstick is the precedent of 2020, not a world without help.",
    ),
    Step(
        name="design",
        title="Design your own",
        text="The auction is a design, not a fixed thing. Take it as proposed and change one thing: ask for less, a penalty of 5 bp "
        "over the calm price, not 20; buy faster, up to $100bn a day, not 40; or also take off-the-run bundles. "
        "Then go on in the sandbox, or try a challenge.",
        worlds=("crowded",),
        policies=(
            "none",
            "As proposed=hedged-auction",
            "Cheaper=hedged-auction:penalty_bp=5",
            "Faster=hedged-auction:size_bn=100",
            "More bundles=hedged-auction:strategies=basis/swap_spread/off_the_run",
        ),
        question="Which change lowers the peak dislocation most?",
        choices=("Ask for less", "Buy faster", "Take more bundles"),
        truth=lambda runs: lowest(runs, among_policies=(2, 3, 4)) - 2,
        argues=0,
        reveal=lambda runs: (
            f"As proposed the peak is {figure(runs, PEAK, 1)}. Asking for less brings it to {figure(runs, PEAK, 2)}, buying faster to "
            f"{figure(runs, PEAK, 3)}, more bundles to {figure(runs, PEAK, 4)}."
        ),
        lesson="A vehicle that asks for less buys earlier, and in a spiral early beats large. The risk is help that was not needed; try it "
        "in other worlds.",
        figures=(_dislocation, _funds),
        numbers=lambda runs: (
            ("As proposed", figure(runs, PEAK, 1)),
            ("Cheaper", figure(runs, PEAK, 2)),
            ("Faster", figure(runs, PEAK, 3)),
            ("More bundles", figure(runs, PEAK, 4)),
        ),
        lit=("public", "funds", "dealers"),
        pictured=1,
        moment=lambda day: day.funds_to_public,
        notes="Hand over to the room: open this step in the sandbox and let people call out settings. Ask each time what they expect "
        "first. Differences between policies are what the model is for; levels are not predictions.",
    ),
)  # fmt: skip
