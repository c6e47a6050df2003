"""What is held of one person: taken out for her or for a system, and erased as the law may ask.

`holdings` says of every table whether it holds anything of a person, and what becomes of that.
"""
