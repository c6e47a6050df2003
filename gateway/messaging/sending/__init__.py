"""From a queued row to a provider's answer."""
