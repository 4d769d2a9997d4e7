"""Terms with one sentence each, and markup that shows the sentence where a term stands: by mouse, keyboard and touch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape


@dataclass(frozen=True)
class Term:
    """A term, other ways to write it in a text, and what it means."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.name, *self.also)


TERMS = (
    Term("basis trade", "A fund buys a bond, sells the matching future, borrows the price in repo, and earns the small gap between the two when the bond is delivered.", ("basis trades",)),
    Term("bundle", "A bond together with the hedge that goes with it, bought or sold as one.", ("bundles",)),
    Term("cascade multiplier", "All forced sales divided by those of the first rounds: how much of the selling was caused by selling."),
    Term("central clearing", "A clearing house steps between lender and borrower, so that a dealer's repo lent and repo borrowed can be netted.", ("centrally cleared",)),
    Term("clearing house", "The firm that stands between both sides of a trade and asks each for margin.", ("clearing houses",)),
    Term("common random numbers", "Every policy is run on the same random shocks, so a difference between two policies is not due to luck of the draw."),
    Term("dealer", "A bank's trading firm that buys from whoever sells and lends in repo, both on one limited balance sheet.", ("dealers", "primary dealers")),
    Term("dealer award", "The part of a new issue that dealers have to take at auction because other bidders want no more."),
    Term("deliverable bond", "A bond that the seller of a future may hand over when the contract ends.", ("deliverable bonds", "delivery")),
    Term("dislocation", "How far a bond yields above what swaps of the same length imply, beyond the normal gap; in bp.", ("dislocated",)),
    Term("duration", "How much a bond's price falls, in per cent, when its yield rises by one percentage point; duration risk is the risk of that.", ("duration risk", "rate risk", "interest-rate risk")),
    Term("dysfunction", "Yields that move because the market's own machinery is jammed, not because of news about rates."),
    Term("expected shortfall", "The average result in the worst 5% of outcomes; here called the 5% tail.", ("5% tail", "worst 5%")),
    Term("first loss", "Money of the Treasury that is used up before the Fed loses anything."),
    Term("forced sales", "Sales by funds that lack cash for margin, have reached their own risk limit, or cannot roll over their repo.", ("forced sale",)),
    Term("haircut", "The part of a bond's price that a repo lender does not lend against it.", ("haircuts",)),
    Term("hedge", "A second position that gains when the first loses, such as a short future against a bond."),
    Term("hedge fund", "A lightly regulated fund for few investors that may borrow a lot; here, the holders of the three trades.", ("hedge funds",)),
    Term("initial margin", "Cash a clearing house holds against a position in case prices move; it rises with volatility.", ("margin", "margins")),
    Term("lending cut", "Dealers who lend funds less though they have the cash; more cash does not mend it, lending to funds directly does.", ("cut of lending",)),
    Term("leverage", "Positions divided by a fund's own money."),
    Term("leverage ratio", "A rule by which a bank needs capital for every asset, however safe, so that Treasuries and repo use up its room.", ("leverage-ratio relief",)),
    Term("market depth", "How much can be traded at the best three prices on either side; in $mn.", ("depth",)),
    Term("money fund", "A fund that keeps savers' cash and lends it overnight in repo.", ("money funds",)),
    Term("moral hazard", "Taking more risk because somebody else is expected to bear part of the loss."),
    Term("netting", "Counting only the difference between what is lent to and borrowed from the same counterparty.", ("netted",)),
    Term("off the run", "Treasuries that have been replaced by a newer issue of the same length; they trade a little cheaper than the newest.", ("off-the-run",)),
    Term("on the run", "The newest Treasury of its length, which is the easiest to trade.", ("on-the-run",)),
    Term("outright purchases", "The Fed buys bonds and keeps them without a hedge, as in March 2020.", ("outright purchase",)),
    Term("paired difference", "The difference between two policies on the same path of shocks, averaged over paths.", ("paired differences",)),
    Term("pass-through", "How much of a cheaper loan to dealers reaches the funds that dealers lend to."),
    Term("penalty", "How far the market must stand from its calm price before the vehicle buys, in bp: the price of help, as Bagehot asked for it.", ("penalty rate",)),
    Term("price-elastic investors", "Buyers who take bonds in proportion to how cheap these are, some each day, and sell as the gap closes.", ("price-elastic investor",)),
    Term("rationing", "Lenders of cash who will not lend more at any price; what they leave unfunded has to be sold.", ("ration", "rationed")),
    Term("real money", "Investors without borrowed money: foreign central banks, bond funds, insurers, pension funds."),
    Term("repo", "A loan against a bond: it is sold today and bought back, often tomorrow, at a price that includes interest.", ("repo funding",)),
    Term("reserve discount", "The smallest discount to the normal price at which the vehicle buys: the price of help as points per 100.", ("reserve price",)),
    Term("SPV", "A special-purpose vehicle: a company set up for one task, here to hold bundles with a loan from the Fed.", ("vehicle",)),
    Term("standing repo facility", "An open offer of the Fed to lend cash against Treasuries at a fixed rate.", ("repo facility",)),
    Term("stigma", "Reluctance to borrow from the central bank because it may look like weakness."),
    Term("spare cash", "What lenders in repo would lend on top of the calm amount without asking for more.", ("slack",)),
    Term("swap spread", "The gap between a Treasury's yield and the rate of a swap of the same length; the trade is long the bond and pays the fixed rate of the swap.", ("swap-spread", "swap spreads")),
    Term("swap", "A contract to exchange a fixed rate against the changing overnight rate, without holding a bond.", ("swaps",)),
    Term("tail", "At an auction: how far the yield ends above what was quoted just before. In results: the worst outcomes."),
    Term("take-up", "How much of a policy was used: bonds bought, or the largest amount of repo lent."),
    Term("term premium", "The part of a long yield that pays investors for bearing rate risk; it falls when the Fed takes bonds away."),
    Term("unintended easing", "How far yields fall because of what the Fed holds and announces, though it only meant to mend the market."),
    Term("variation margin", "Cash paid each day for the day's loss on a future or swap; the bond's gain comes only later."),
    Term("volatility", "How much yields move from day to day; in bp a day."),
)  # fmt: skip


def found(query: str) -> tuple[Term, ...]:
    """Terms whose name, other forms or meaning contain every word of the query; all for an empty one."""
    wanted = query.lower().split()
    return tuple(t for t in TERMS if all(w in " ".join((*t.forms, t.meaning)).lower() for w in wanted))


CSS = """<style>
.gl{position:relative;border-bottom:1px dotted currentColor;cursor:help;border-radius:.15rem}
.gl:focus-visible{outline:2px solid currentColor;outline-offset:2px}
.gl>[role=tooltip]{display:none;position:absolute;left:0;top:calc(100% + .3rem);z-index:1000;width:max-content;
 max-width:min(22rem,72vw);padding:.5rem .7rem;border-radius:.45rem;font-size:.88rem;font-weight:400;line-height:1.4;
 background:#10171F;color:#fff;border:1px solid #5b6673;box-shadow:0 4px 14px rgb(0 0 0/.25);white-space:normal;
 text-align:left;font-style:normal;letter-spacing:0}
.gl:hover>[role=tooltip],.gl:focus>[role=tooltip]{display:block}
.gl>[role=tooltip]::before{content:"";position:absolute;left:0;right:0;top:-.4rem;height:.4rem}
.gl-list{margin:.4rem 0!important;padding:0!important;display:grid;gap:.1rem 1.6rem;max-width:64rem;
 grid-template-columns:minmax(9rem,13rem) 1fr}
.gl-list dt{font-weight:650;margin:0;padding:.3rem 0 0}
.gl-list dd{margin:0!important;padding:.3rem 0 0;line-height:1.45}
@media (max-width:640px){.gl-list{grid-template-columns:1fr;gap:0}.gl-list dd{padding:0 0 .4rem}
 .gl>[role=tooltip]{position:fixed;left:1rem;right:1rem;top:auto;bottom:1rem;width:auto;max-width:none}}
</style>"""


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], dict[str, Term]]:
    """One pattern for all forms, the longest first, and whose each is."""
    forms = {form.lower(): term for term in TERMS for form in term.forms}
    longest = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE), forms


def hover(text: str, scope: str = "t", most: int = 8) -> str:
    """A text as safe markup in which the first mention of each known term carries its meaning.

    A term can be reached with Tab, a pointer or a finger; its meaning is also read out. `scope` keeps ids apart where a
    page calls this several times; show `CSS` once on the page. At most `most` terms are marked.
    """
    pattern, forms = _pattern()
    out, at, seen = [], 0, []
    for match in pattern.finditer(text):
        term = forms[match[0].lower()]
        if term in seen or len(seen) == most:
            continue
        seen.append(term)
        out += [escape(text[at : match.start()]), marked(match[0], term.meaning, f"gl-{scope}-{len(seen)}")]
        at = match.end()
    return "".join((*out, escape(text[at:])))


def marked(shown: str, meaning: str, name: str) -> str:
    """Words that carry their meaning, for Tab, a pointer or a finger; `name` is an id of its own on the page."""
    return (
        f'<span class="gl" tabindex="0" aria-describedby="{name}">{escape(shown)}'
        f'<span role="tooltip" id="{name}">{escape(meaning)}</span></span>'
    )


def listing(terms: tuple[Term, ...]) -> str:
    """Terms with their meanings as a list of definitions."""
    items = "".join(
        f"<dt>{escape(t.name[0].upper() + t.name[1:])}</dt><dd>{escape(t.meaning)}</dd>" for t in terms
    )
    return f'<dl class="gl-list" data-testid="glossary">{items}</dl>'
