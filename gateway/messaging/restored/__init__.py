"""A database that was restored sends nothing again: noticed, held, told, released."""
