"""What the commands say and do about published texts."""

from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gateway.catalogues import FOLDER, load_texts
from gateway.registry.database import Database
from gateway.settings import Settings
from gateway.staff.audit import Actor
from gateway.ussd.screens import MENU_CHANGED
from gateway.wordings.confirmations import confirm
from gateway.wordings.keys import TextId
from gateway.wordings.tables import wordings
from gateway.wordings.versions import ground_of
from tests.service import DEAD_REDIS, Clock, Service, composed
from tests.worker.publisher import agreed

NOTICE = TextId("lo", MENU_CHANGED)
NEW, READ = "ປ່ຽນເມນູແລ້ວ", "Pianmenuleo"
IN_LAO = wordings.update().where(wordings.c.locale == "lo")  # by no way that there is


class Publisher:
    """Two people who publish, and the commands of the service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.repository = service.app.extensions["repository"]

    def run(self, *arguments: str):
        return self.service.app.test_cli_runner().invoke(args=arguments)

    def publish(self, text: TextId, wording: str) -> int:
        database = self.service.database
        return agreed(database, self.repository, text, wording, self.service.clock())

    def confirm(self, text: TextId, wording: str) -> None:
        with self.service.database.writing() as connection:
            confirm(
                connection,
                ground_of(connection, self.repository),
                text,
                wording,
                "language_reader",
                actor=Actor("noy@x.la"),
                now=self.service.clock() + timedelta(minutes=1),
            )


@pytest.fixture
def publisher(service: Service) -> Publisher:
    return Publisher(service)


def test_nothing_published_is_nothing_to_say(publisher: Publisher):
    checked = publisher.run("menus", "check", "--published")
    listed = publisher.run("texts", "list")

    assert checked.exit_code == 0, checked.output
    assert (listed.exit_code, listed.output) == (0, "")


def test_the_menu_is_proved_with_what_is_published(publisher: Publisher):
    publisher.publish(NOTICE, NEW)
    assert publisher.run("menus", "check", "--published").exit_code == 0
    assert publisher.run("texts", "list").output == (
        f"lo: 'The menu has changed.': {NEW!r}\nlo_Latn: 'The menu has changed.': {READ!r}\n"
    )

    with publisher.service.database.writing() as connection:  # by no way that there is
        connection.execute(IN_LAO.values(text=NEW * 5))
    plain, proved = (publisher.run("menus", "check", *more) for more in ([], ["--published"]))
    assert plain.exit_code == 0, plain.output
    assert proved.exit_code == 1
    assert "main in lo: " in proved.output
    assert "lo: 'The menu has changed.': " in proved.output


def test_an_upgrade_puts_back_what_does_not_fit_and_says_so(publisher: Publisher):
    publisher.publish(NOTICE, NEW)
    assert publisher.run("db", "upgrade").output == ""

    with publisher.service.database.writing() as connection:
        connection.execute(IN_LAO.values(text=NEW * 5))
    upgraded = publisher.run("db", "upgrade")

    assert upgraded.exit_code == 0
    assert "It did not fit any more: the catalogue's wording stands there." in upgraded.output
    assert publisher.run("menus", "check", "--published").exit_code == 0


def test_the_catalogues_are_written_with_what_is_published_in_them(
    publisher: Publisher, tmp_path: Path
):
    publisher.publish(NOTICE, NEW)
    publisher.confirm(NOTICE, NEW)

    exported = publisher.run("texts", "export", str(tmp_path))

    assert exported.exit_code == 0
    assert exported.output == "lo: 1 changed.\nlo_Latn: 1 changed.\nen: 0 changed.\n"
    with (tmp_path / "lo" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        message = read_po(file).get(NOTICE.key)
    assert message is not None
    former = "BACK: (of the former wording) The menu has changed already"
    assert (message.string, message.user_comments) == (NEW, [former])
    assert other_lines(tmp_path, "lo") == {f'msgstr "{NEW}"', f"# {former}"}
    assert other_lines(tmp_path, "lo_Latn") == {f'msgstr "{READ}"'}
    assert other_lines(tmp_path, "en") == set()


def other_lines(folder: Path, locale: str) -> set[str]:
    """Lines that the repository's catalogue has not."""
    path = Path(locale, "LC_MESSAGES", "messages.po")
    before = (FOLDER / path).read_text(encoding="utf-8").splitlines()
    return set((folder / path).read_text(encoding="utf-8").splitlines()) - set(before)


def test_the_figure_counts_what_is_confirmed_as_it_stands(publisher: Publisher):
    standing = load_texts()["lo"][NOTICE.key]
    publisher.confirm(NOTICE, standing)
    assert "confirmed: 1 of " in publisher.run("catalogue", "check").output

    publisher.publish(NOTICE, NEW)
    assert "confirmed: 0 of " in publisher.run("catalogue", "check").output


def test_without_a_database_the_figure_counts_none_and_makes_no_file(tmp_path: Path):
    file = tmp_path / "none.sqlite"
    settings = Settings(database_url=f"sqlite:///{file}", redis_url=DEAD_REDIS)
    with composed(settings, Clock()) as app:
        checked = app.test_cli_runner().invoke(args=["catalogue", "check"])

    assert checked.exit_code == 0, checked.output
    assert "confirmed: 0 of " in checked.output
    assert not file.exists()


def test_with_an_empty_database_the_figure_counts_none(tmp_path: Path):
    file = tmp_path / "empty.sqlite"
    file.touch()
    settings = Settings(database_url=f"sqlite:///{file}", redis_url=DEAD_REDIS)
    with composed(settings, Clock()) as app:
        checked = app.test_cli_runner().invoke(args=["catalogue", "check"])

    assert "confirmed: 0 of " in checked.output
    Database(settings.database_url).dispose()
