"""Reading what a check found and what an import wrote."""
