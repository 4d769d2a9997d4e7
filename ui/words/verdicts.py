"""The verdict in a sentence or two that somebody without economics understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from policy.outcomes.scorecard import (
    BY_KEY,
    DAYS_DISLOCATED,
    PEAK_DISLOCATION,
    PEAK_REPO_SPREAD,
    SPIRAL_SHARE,
    TAXPAYER_TAIL,
    UNINTENDED_EASING,
)
from policy.outcomes.summary import Summary
from policy.ranking.criteria import DEFAULT_WEIGHTS, Weights
from policy.ranking.verdict import Kind, Verdict, verdict
from ui.words import endings
from ui.words.amounts import amount, listed
from ui.words.names import policy_names

NO_LOSS = 0.05  # $bn; a smaller mean of the worst outcomes is no loss to speak of
NO_EASING = 0.5  # bp
DEAR_BP = 50.0  # a repo spread that would be news

Means = Mapping[str, float]  # of a policy's outcomes over paths, by key


def verdict_of(summary: Summary, weights: Weights = DEFAULT_WEIGHTS) -> Verdict:
    """The verdict on a comparison."""
    return verdict([o.paths for o in summary.outcomes], weights)


def sentence(summary: Summary, weights: Weights = DEFAULT_WEIGHTS) -> str:
    """The verdict on a comparison in words."""
    means = [o.means for o in summary.outcomes]
    return in_words(verdict_of(summary, weights), policy_names(summary.policies), means)


def in_words(ruled: Verdict, names: Sequence[str], means: Sequence[Means]) -> str:
    """A verdict in words, from the policies' names and the means of their outcomes."""
    told = _Wording(ruled, tuple(names), tuple(means))
    return _SENTENCES[ruled.kind](told) + _backfiring(told)


def winners(ruled: Verdict) -> tuple[int, ...]:
    """Places of the policies to mark: the one to take, those that tie, or no action where it is best."""
    if ruled.kind in ("best", "cheapest"):
        return ruled.policies[:1]
    return {"tie": ruled.policies, "alone": ()}.get(ruled.kind, (0,))


def winner(summary: Summary, weights: Weights = DEFAULT_WEIGHTS) -> str:
    """Who wins a comparison, in a few words for a mark on a slide; empty where nothing is compared."""
    ruled, names = verdict_of(summary, weights), policy_names(summary.policies)
    if ruled.kind == "alone":
        return ""
    marked = listed([names[k] for k in winners(ruled)])
    reason = _WHY[ruled.kind] if ruled.stronger is None else "the best value"
    return f"{'A tie' if ruled.kind == 'tie' else 'Winner'}: {marked}{f', {reason}' if reason else ''}"


_WHY: Mapping[Kind, str] = {
    "best": "", "tie": "", "cheapest": "the cheapest that works", "not_needed": "as nothing was needed",
    "nothing_works": "as nothing here works", "backfires": "as what is tried backfires",
    "not_worth_its_price": "as no help is worth its price",
}  # fmt: skip


@dataclass(frozen=True)
class _Wording:
    """A verdict with the words of its figures."""

    ruled: Verdict
    names: tuple[str, ...]
    means: tuple[Means, ...]

    @property
    def first(self) -> int:
        return self.ruled.policies[0]

    @property
    def name(self) -> str:
        return self.names[self.first]

    def listed(self, places: Sequence[int]) -> str:
        return listed([self.names[k] for k in places])

    def figure(self, k: int, key: str | None = None) -> str:
        """What an outcome, else the one that shows the verdict, is under a policy."""
        key = key or self.ruled.reason
        return (
            endings.spirals(self.means[k]) if key == SPIRAL_SHARE.key else _FIGURES[key](self.means[k][key])
        )

    @property
    def instead(self) -> str:
        """Without action, for the policy that is spoken of: `7 of 100 crises spiral instead of 30`."""
        key = self.ruled.reason
        if key == SPIRAL_SHARE.key:
            return f"{self.figure(self.first)} instead of {endings.hundred(self.means[0])[-1]}"
        return f"{self.figure(self.first)} instead of {amount(self.means[0][key], BY_KEY[key].unit)}"

    def price(self, k: int) -> str:
        """What the public stands to lose, and whether yields are moved on the way."""
        tail, easing = self.means[k][TAXPAYER_TAIL.key], self.means[k][UNINTENDED_EASING.key]
        lost = (
            f"the public may lose {amount(tail, '$bn')}"
            if tail >= NO_LOSS
            else "the public loses nothing even in bad cases"
        )
        eased = f", with the 10-year yield {amount(easing, 'bp')} lower"
        return lost + (eased if easing >= NO_EASING else "")


_FIGURES: Mapping[str, Callable[[float], str]] = {
    DAYS_DISLOCATED.key: lambda days: f"Treasury prices are out of order for {amount(days, 'days')}",
    PEAK_DISLOCATION.key: lambda gap: f"the 10-year is mispriced by up to {amount(gap, 'bp')}",
}


def _alone(told: _Wording) -> str:
    days = told.figure(0, DAYS_DISLOCATED.key)
    return f"Without action {told.figure(0, SPIRAL_SHARE.key)}, and {days}. Add a policy to compare."


def _not_needed(told: _Wording) -> str:
    days = told.means[0][DAYS_DISLOCATED.key]
    mended = f"{told.figure(0, DAYS_DISLOCATED.key)} and mend by themselves"
    calm = "Treasury prices stay in order" if days < 0.05 else mended
    return f"Nothing was needed: without action {told.figure(0, SPIRAL_SHARE.key)}, and {calm}{_dear_cash(told)}."


def _dear_cash(told: _Wording) -> str:
    """That cash got dear all the same, and who keeps it cheaper."""
    spreads = [means[PEAK_REPO_SPREAD.key] for means in told.means]
    if spreads[0] < DEAR_BP:
        return ""
    best = min(range(len(spreads)), key=spreads.__getitem__)
    text = f", though cash costs up to {amount(spreads[0], 'bp')} more for a while"
    if spreads[best] > spreads[0] / 2:
        return text
    return f"{text}; {told.names[best]} keeps that to {amount(spreads[best], 'bp')}"


def _nothing_works(told: _Wording) -> str:
    return f"Nothing here works: without action {told.figure(0)}, and no policy shown makes it better by more than noise."


def _backfires(told: _Wording) -> str:
    verb = "backfires" if len(told.ruled.policies) == 1 else "backfire"
    return f"{told.listed(told.ruled.policies)} {verb}: {told.instead}. Nothing else here helps."


def _not_worth(told: _Wording) -> str:
    return f"{told.name} helps, but not enough for its price: {told.instead}, while {told.price(told.first)}."


def _tie(told: _Wording) -> str:
    return f"{told.listed(told.ruled.policies)} help alike: {told.instead} under {told.name}; which is better is lost in noise."


def _cheapest(told: _Wording) -> str:
    others = told.ruled.policies[1:]
    do = "does" if len(others) == 1 else "do"
    return (
        f"{told.name} is the cheapest that works: {told.instead}, and {told.price(told.first)}. "
        f"{told.listed(others)} {do} no better at a higher price."
    )


def _best(told: _Wording) -> str:
    more = told.ruled.stronger
    if more is None:
        return f"{told.name} works best: {told.instead}, and {told.price(told.first)}."
    return (
        f"{told.name} is the best value: {told.instead}, and {told.price(told.first)}. "
        f"{told.names[more]} does more, but {told.price(more)}."
    )


_SENTENCES: Mapping[Kind, Callable[[_Wording], str]] = {
    "alone": _alone,
    "not_needed": _not_needed,
    "nothing_works": _nothing_works,
    "backfires": _backfires,
    "not_worth_its_price": _not_worth,
    "tie": _tie,
    "cheapest": _cheapest,
    "best": _best,
}


def _backfiring(told: _Wording) -> str:
    """Who makes it worse, where the sentence is about others."""
    worse = told.ruled.backfiring
    if told.ruled.kind == "backfires" or not worse:
        return ""
    return f" {told.listed(worse)} {'makes' if len(worse) == 1 else 'make'} it worse."
