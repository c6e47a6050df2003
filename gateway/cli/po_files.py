"""The catalogues with what is published in them, as the repository has them."""

from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog

from gateway.catalogues import key_of, read_catalogue
from gateway.cli.catalogue import write_catalogue
from gateway.cli.context import ports
from gateway.text_cards.written import BACK, REVIEW
from gateway.wordings.confirmations import confirmations
from gateway.wordings.ground import Repository
from gateway.wordings.versions import ground_of

_FORMER = "(of the former wording)"


def export(repository: Repository, folder: Path) -> dict[str, int]:
    """Writes each language's catalogue with what is published into it below `folder`, as locales/
    has them; {language: texts that are other than in the repository}.

    The remark for a reviewer goes where somebody has read the text as it stands.
    """
    with ports().database.reading() as connection:
        ground = ground_of(connection, repository)
        read = confirmations(connection, ground).keys()
    changed = {}
    for locale, wordings in ground.published.items():
        catalogue = read_catalogue(locale)
        confirmed = {text.key for text in read if text.locale == locale}
        changed[locale] = _fill_in(catalogue, wordings, confirmed)
        catalogue.header_comment = f"# The texts of the service in {locale}."
        target = folder / locale / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_catalogue(catalogue, target, sort=False)
    return changed


def _fill_in(catalogue: Catalog, wordings: Mapping[str, str], read: Container[str]) -> int:
    changed = 0
    for message in catalogue:
        key = key_of(message) if message.id else ""
        if key in wordings and message.string != wordings[key]:
            message.string = wordings[key]
            message.user_comments = list(map(_of_the_former, message.user_comments))
            changed += 1
        if key and key in read:
            message.user_comments = list(_without_remark(message.user_comments))
    return changed


def _of_the_former(comment: str) -> str:
    """What was written down word for word is not of the new wording: somebody has to look."""
    former = comment.startswith(BACK) and _FORMER not in comment
    return comment.replace(BACK, f"{BACK} {_FORMER}", 1) if former else comment


def _without_remark(comments: list[str]) -> Iterator[str]:
    """A remark of several lines ends where another comment of a known kind begins."""
    inside = False
    for line in comments:
        inside = line.startswith(REVIEW) or (inside and not line.startswith(BACK))
        if not inside:
            yield line
