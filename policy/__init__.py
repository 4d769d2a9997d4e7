"""What the Fed can do, and how it is judged. Policies decide orders; they never see the future nor write state."""
