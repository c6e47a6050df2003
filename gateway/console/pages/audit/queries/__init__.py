"""Reading the audit log, and the names of what its lines are about."""
