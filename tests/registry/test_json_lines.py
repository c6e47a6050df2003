"""NDJSON as a file of an import: the same rows as CSV, the same faults with their lines."""

import json
from pathlib import Path

import pytest

from gateway.registry.imports import cells
from gateway.registry.imports.json_lines import NOT_NDJSON
from gateway.registry.tables import beneficiaries
from tests.registry.files import beneficiary
from tests.registry.importer import Importer


def written(importer: Importer, *lines: object, before: bytes = b"") -> Path:
    path = importer.folder / "file.ndjson"
    texts = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in lines)
    path.write_bytes(before + "\n".join(texts).encode("utf-8", "surrogatepass"))
    return path


def test_a_line_is_a_row(importer: Importer):
    first = beneficiary() | {"consent_payment": True, "consent_health": False, "pin": None}
    second = beneficiary("26000002") | {"helper_msisdn": "02055519999"}

    report = importer.beneficiaries_file(
        written(importer, first, "", second, before=b"\xef\xbb\xbf")
    )

    assert (report.errors, report.new) == ((), 2)
    assert importer.person().consent_health is False
    assert importer.person("26000002").helper_msisdn == "+8562055519999"


def test_a_fault_has_its_line(importer: Importer):
    rows = beneficiary(), beneficiary("26000002", status="enroled")

    (error,) = importer.beneficiaries_file(written(importer, *rows)).errors

    assert (error.line, error.column, error.reason) == (2, "status", cells.NOT_KNOWN_VALUE)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", '{"a": []}', '{"a": {}}', '{"name": "\\ud800"}', '{"a": 1} {"b": 2}',
     "{\ud800}", "[" * 2000, '{"name": "' + "x" * 2**20],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_object_ends_the_reading(importer: Importer, line: str):
    report = importer.beneficiaries_file(written(importer, beneficiary(), line))

    assert (report.errors[-1].line, report.errors[-1].reason) == (2, NOT_NDJSON)
    assert importer.count(beneficiaries) == 0
