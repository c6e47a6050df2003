"""Fixtures that more than one package of tests needs."""

pytest_plugins = ["tests.chromium", "tests.databases", "tests.service", "tests.valkey"]
