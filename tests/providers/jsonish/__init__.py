"""A provider with JSON bodies, of no company: what docs/adding-a-provider.md goes through."""
