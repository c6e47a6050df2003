"""Texts that people publish over the catalogues."""
