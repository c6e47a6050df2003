"""Fixtures that more than one package of tests needs."""

pytest_plugins = ["tests.databases", "tests.valkey", "tests.service"]
