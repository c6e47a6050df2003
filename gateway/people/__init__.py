"""People changed by hand: registered, given birth, lost, corrected, merged.

What console and commands do, and whatever comes later as a further door, calls these functions.
"""
