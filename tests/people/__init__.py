"""People changed by hand: without the console."""
