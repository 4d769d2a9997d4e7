"""Six roles around one table: what each wants and fears, which figures it watches, and what it asks the others.

What a role wants is a judgement about such people, and open to the class's own. Figures are outcomes of the scorecard.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy.outcomes.metric import Metric
from policy.outcomes.scorecard import (
    DAYS_DEALERS_FULL,
    DAYS_DISLOCATED,
    DYSFUNCTION_COST,
    FAILURE_SHARE,
    FED_EXPOSURE,
    FORCED_SALES,
    FUND_LOSSES,
    LENDER_LOSSES,
    LOSSES_SPARED,
    MARKET_SALES,
    PEAK_DEALER_USE,
    PEAK_DISLOCATION,
    PEAK_INVENTORY,
    PEAK_REPO_SPREAD,
    PEAK_YIELD,
    SPIRAL_SHARE,
    SUBSIDY,
    TAKE_UP,
    TAXPAYER_MEAN,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)


@dataclass(frozen=True)
class Role:
    """A person at the table; `watches` are the outcomes on the handout, `terms` words of the glossary that it needs."""

    name: str
    title: str
    who: str
    wants: tuple[str, ...]
    fears: tuple[str, ...]
    watches: tuple[Metric, ...]
    asks: tuple[str, ...]
    terms: tuple[str, ...]


ROLES = (
    Role(
        "fed_governor",
        "Fed governor",
        "You vote on what the Fed does, and answer for it before Congress. You may buy, lend, or stay out.",
        (
            "Yields that say what investors think of rates, not who is short of cash.",
            "Help that ends by itself once the market works again.",
            "To move monetary policy only when you mean to.",
        ),
        (
            "A spiral that you could have stopped.",
            "Purchases that are read as easing while inflation is above target.",
            "That next time everybody waits for you.",
        ),
        (SPIRAL_SHARE, PEAK_DISLOCATION, DAYS_DISLOCATED, UNINTENDED_EASING, FED_EXPOSURE),
        (
            "To the dealer: what would you still buy tomorrow, and at what price?",
            "To the hedge fund: would you have borrowed as much if I had said beforehand that I stay out?",
        ),
        ("dislocation", "outright purchases", "dysfunction"),
    ),
    Role(
        "treasury_secretary",
        "Treasury secretary",
        "You must sell bonds every week, whatever the market does. The vehicle’s first loss would be your money.",
        (
            "Auctions that come off without a fright.",
            "A market in which the government borrows at rates that the outlook sets, not panic.",
            "No bill for the public.",
        ),
        (
            "A yield on the evening news that has nothing to do with your budget.",
            "To be asked who allowed a loss.",
            "Rules that make your own bonds dear to hold.",
        ),
        (PEAK_YIELD, PEAK_DISLOCATION, DYSFUNCTION_COST, TAXPAYER_MEAN, TAXPAYER_TAIL),
        (
            "To the Fed governor: who bears the loss if rates rise after you bought?",
            "To the senator: what would a failed auction cost your voters?",
        ),
        ("first loss", "expected shortfall", "dealer award"),
    ),
    Role(
        "hedge_fund",
        "Hedge fund",
        "You hold Treasuries against futures, swaps and other bonds, with money borrowed overnight. In calm times you keep prices together.",
        (
            "To roll your repo tomorrow morning.",
            "Time: your trades pay if you need not sell.",
            "A buyer who takes bond and hedge together, near the normal price.",
        ),
        (
            "A margin call on the day on which everybody has one.",
            "A haircut that leaves nothing of your own money.",
            "Help at a price that leaves the loss with you.",
        ),
        (FORCED_SALES, FUND_LOSSES, LOSSES_SPARED, FAILURE_SHARE, PEAK_REPO_SPREAD),
        (
            "To the money fund: what would make you lend to me tomorrow?",
            "To the senator: who bought the bonds all these years?",
        ),
        ("basis trade", "swap spread", "initial margin", "haircut"),
    ),
    Role(
        "dealer",
        "Dealer",
        "You buy from whoever sells and lend to whoever holds, all on one balance sheet whose size others limit.",
        (
            "Room: each bond that leaves your books lets you buy the next.",
            "To be paid for balance sheet when it is scarce.",
            "A facility whose loans do not count against your limits.",
        ),
        (
            "The day on which you must say no to a client.",
            "To be left with what nobody wants, before a weekend.",
            "A rule that treats a Treasury like a loan to a start-up.",
        ),
        (PEAK_DEALER_USE, DAYS_DEALERS_FULL, PEAK_INVENTORY, MARKET_SALES, TAKE_UP),
        (
            "To the Fed governor: does your loan take room on my balance sheet, or free it?",
            "To the Treasury secretary: which rule would you lift on such a day?",
        ),
        ("dealer", "leverage ratio", "central clearing", "market depth"),
    ),
    Role(
        "money_fund",
        "Money fund",
        "You keep savers’ cash, lend it overnight against Treasuries, and must be able to pay everybody back tomorrow.",
        (
            "Every dollar back tomorrow, with a little interest.",
            "Borrowers who are still there next week.",
            "Collateral that can be sold at its price.",
        ),
        (
            "That savers leave all at once.",
            "A borrower who fails and leaves you with bonds that fall.",
            "A facility that takes your borrowers away.",
        ),
        (PEAK_REPO_SPREAD, LENDER_LOSSES, FAILURE_SHARE, FORCED_SALES, SPIRAL_SHARE),
        (
            "To the hedge fund: how much of each $100 is your own?",
            "To the Fed governor: if you lend to them direct, what am I for?",
        ),
        ("repo", "haircut", "rationing", "money fund"),
    ),
    Role(
        "sceptical_senator",
        "Sceptical senator",
        "You vote on none of this today, and you will hold the hearing. You want to know who is spared, and who pays.",
        (
            "That those who took the risk bear the loss.",
            "A price of help that nobody looks forward to.",
            "An answer in one sentence that your voters understand.",
        ),
        (
            "A rescue that becomes a habit.",
            "A loss of the public that was called a profit on the day.",
            "That you said no, and the market stopped.",
        ),
        (LOSSES_SPARED, TAXPAYER_TAIL, SUBSIDY, SPIRAL_SHARE, FUND_LOSSES),
        (
            "To the Fed governor: what do funds learn from this?",
            "To the hedge fund: what would you have lost, and what did you lose?",
        ),
        ("moral hazard", "penalty", "expected shortfall"),
    ),
)
