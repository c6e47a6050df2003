"""The second factor: authenticators and keys, recovery codes, and the roles that need one."""
