"""Where scripts downloaded from the first version look for `summarise`; it lives in `policy.outcomes.summary`."""

from policy.outcomes.summary import summarise

__all__ = ["summarise"]
