"""Signing in, step by step, and what changes one's own account."""
