"""People found by what somebody types and picks: one rule for the list, its count and its files."""
