"""What staff change about a person, each with a line in the audit log."""
