"""The game before the crisis: what leverage funds choose if they expect a policy, what it costs, and who pays."""
