"""What commands say of the published texts."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gateway.cli.context import ports
from gateway.core.texts import named
from gateway.registry.deadlines import PROBE, within
from gateway.wordings.checks import check_together
from gateway.wordings.confirmations import Figure, figures
from gateway.wordings.ground import Ground, Repository, Texts
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import CONFLICTS
from gateway.wordings.publishing import put_back
from gateway.wordings.versions import conflicts, ground_of


def published_over_catalogues(repository: Repository) -> Texts:
    return _ground(repository).texts


def published_faults(repository: Repository) -> list[str]:
    """A sentence for each thing wrong with a published wording, by the checks of a proposal."""
    ground = _ground(repository)
    bare = Ground(ground.tree, ground.base, {}, ground.page)
    faults = check_together(bare, _wordings(ground.published))
    return [
        f"{text.locale}: {named(text.key)}: {fault.tell(str)}"
        for text, found in faults.items()
        for fault in found
    ]


def conflict_lines(repository: Repository) -> list[str]:
    """A line for each wording that an upgrade or a smaller page has got in the way of."""
    with ports().database.reading() as connection:
        found = conflicts(connection, repository.base)
    return [
        f"{one.text.locale}: {named(one.text.key)}: {CONFLICTS[one.kind]} "
        f"Published as {one.wording!r}."
        for one in found
    ]


def put_back_lines(repository: Repository) -> list[str]:
    """Puts back what does not fit any more; a line for each, and for every other conflict."""
    put_back(ports().database, repository, now=datetime.now(UTC))
    return conflict_lines(repository)


def published_lines(repository: Repository) -> list[str]:
    """A line for each text that has another wording than the catalogue's."""
    wordings = _wordings(_ground(repository).published)
    return [f"{text.locale}: {named(text.key)}: {one!r}" for text, one in wordings.items()]


def confirmed_line(repository: Repository) -> str:
    """How many of the handset's texts somebody has confirmed as they stand; needs no database."""
    found = _figures(repository)
    confirmed, texts = sum(one.confirmed for one in found), sum(one.texts for one in found)
    each = ", ".join(f"{one.locale} {one.confirmed} of {one.texts}" for one in found)
    return f"confirmed: {confirmed} of {texts} handset texts ({each})"


def _figures(repository: Repository) -> list[Figure]:
    """None is confirmed where no database says so."""
    database = ports().database
    file = database.engine.url.database
    ground = Ground(repository.tree, repository.base, {}, repository.page)
    none = [Figure(locale, 0, texts) for locale, texts in ground.counts().items()]
    if database.engine.dialect.name == "sqlite" and not (file and Path(file).exists()):
        return none  # to ask would make one
    try:
        with within(2.0, PROBE, each=True), database.reading() as connection:
            return figures(connection, ground_of(connection, repository))
    except SQLAlchemyError:
        return none


def _ground(repository: Repository) -> Ground:
    with ports().database.reading() as connection:
        return ground_of(connection, repository)


def _wordings(published: Texts) -> dict[TextId, str]:
    return {
        TextId(locale, key): wording
        for locale, texts in published.items()
        for key, wording in texts.items()
    }
