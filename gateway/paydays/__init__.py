"""Paydays as staff keep them: marked as paid or missed, moved, complained of; for console and
commands alike.

What each does and whom it concerns is said before it is done; each is one transaction.
"""
