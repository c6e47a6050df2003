"""Places as staff keep them: looked up, renamed, merged, retired, for console and commands alike.

What each does and what follows is said before it is done; what points at a place follows it.
"""
