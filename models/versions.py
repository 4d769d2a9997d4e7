"""Versions of the model: why numbers changed, and which parameters of an older one are not carried over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models import MODEL_VERSION


@dataclass(frozen=True)
class Version:
    """What a version changed: the reason in words, and parameters whose older values mean nothing any more, with why."""

    reason: str
    lost: Mapping[str, str]


VERSIONS = {
    2: Version(
        "cash in repo has a price, price-elastic investors buy slowly, price gaps remember past days, volatility and margin "
        "go by tenor, margin calls take days, dealers may cut lending, and all is fitted to five episodes",
        {
            "wedges.basis_mix": "the tenors of the basis trade are gone: each group of funds holds contracts of its own",
            "funding.scarcity_bp": (
                "the price of scarce cash means something else now, the scale of a premium that rises with every dollar, "
                "so its old value is not carried over"
            ),
        },
    )
}


def newer(version: Any) -> list[Version]:
    """The versions that a document has not seen; all of them where it names none."""
    seen = version if isinstance(version, int) and not isinstance(version, bool) else 0
    return [VERSIONS[k] for k in sorted(VERSIONS) if seen < k <= MODEL_VERSION]


def carried(changes: Mapping[str, Any], version: Any) -> tuple[dict[str, Any], list[str]]:
    """Dotted names and values that a newer version understands as they were meant, and a line for each that it does not."""
    lost = {name: why for v in newer(version) for name, why in v.lost.items()}
    kept = {name: value for name, value in changes.items() if name not in lost}
    return kept, [lost[name] for name in changes if name in lost]
