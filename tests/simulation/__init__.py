"""A payment week played in minutes: `python -m tests.simulation` (docs/scale.md)."""
