"""A text that staff write to many: written, counted, approved, expanded."""
