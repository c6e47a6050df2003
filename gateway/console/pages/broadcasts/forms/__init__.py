"""The forms of broadcasts."""
