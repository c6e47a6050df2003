import pytest

pytest.register_assert_rewrite(
    "tests.kannel.boxes", "tests.kannel.lines", "tests.kannel.patience", "tests.kannel.smsc"
)
