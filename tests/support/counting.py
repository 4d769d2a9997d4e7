"""Ways of counting the public's result that tests share."""

from __future__ import annotations

from typing import Any

# The vehicle without its risks: as it was counted before it could lose.
NO_RISKS: dict[str, Any] = {
    "vehicle_exit": "healed",
    "delivery_sd_points": 0.0,
    "margin_interest_share": 0.0,
    "margin_funding_bp": 0.0,
    "settlement_failure_share": 0.0,
}
