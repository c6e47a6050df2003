"""Reading cases, what stands beside them, and their lines in a file."""
