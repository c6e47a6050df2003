"""`flask backup` and `flask restore`, as typed, on the database of the service."""

from pathlib import Path

import pytest

from gateway.messaging.restored.holding import newest_restore
from tests.cli.test_messaging import run
from tests.messaging.village import draft, queue, states
from tests.service import Service


def test_a_backup_goes_into_a_folder_and_back(service: Service, tmp_path: Path):
    queue(service.database, draft(1))
    said = run(service, "backup", tmp_path)
    assert said.exit_code == 0, said.output
    (file,) = tmp_path.glob("gateway-*[!6]")
    queue(service.database, draft(2))

    refused = run(service, "restore", file)
    assert (refused.exit_code, "not empty: --replace" in refused.output) == (1, True)
    assert run(service, "restore", file, "--replace", answers="n\n").exit_code == 1
    assert len(states(service.database)) == 2

    service.database.dispose()  # this test is not to be in the way
    restored = run(service, "restore", file, "--replace", "--yes")
    assert restored.exit_code == 0, restored.output
    assert restored.output.endswith("Next: flask messages after-restore\n")
    assert states(service.database) == ["unknown"]
    with service.database.reading() as connection:
        assert newest_restore(connection) is not None


@pytest.mark.parametrize("command", ["restore", "backup"])
def test_what_cannot_be_is_a_sentence(service: Service, tmp_path: Path, command: str):
    said = run(service, command, tmp_path / "none" / "file")
    assert (said.exit_code, "Traceback" in said.output) == (1, False)
    assert "is not there." in said.output
