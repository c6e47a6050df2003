"""Whether the service is well: what `/readyz` and `/metrics` tell."""
