"""`flask backup` and `flask restore`: the whole database as a file, and back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from gateway.backups.faults import BackupError
from gateway.backups.making import Kept, make
from gateway.backups.restoring import Allowed, check_target, hold_restored, look, restore
from gateway.cli.context import ports
from gateway.redis_client import connect
from gateway.registry.migrate import LockedError

_TOOLS = click.option(
    "--tools",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where pg_dump, pg_restore and psql are; default: on the PATH.",
)
_MB = 1 << 20


@click.command("backup")
@click.argument("to", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@click.option("--keep", type=click.IntRange(1), help="Of a folder, only so many stay.")
@click.option("--keep-days", type=click.IntRange(1), help="Only those of so many days stay.")
@_TOOLS
@with_appcontext
def backup(to: Path, keep: int | None, keep_days: int | None, tools: Path | None) -> None:
    """Write the database to FILE, or into FOLDER under a name made of the moment.

    It is readable by its owner alone, has a checksum beside it, and another name until it is whole.
    The service goes on meanwhile.
    """
    with _said():
        made = make(ports().database, ports().settings.direct_url, to, Kept(keep, keep_days), tools)
    click.echo(f"{made.file}  {made.octets / _MB:.1f} MB  sha256 {made.sha256}")
    for one in made.removed:
        click.echo(f"removed {one.name}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Instead of what is in the database, which is lost.")
@click.option("--in-use", is_flag=True, help="Though others are connected: they are cut off.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_TOOLS
@with_appcontext
def restore_file(file: Path, tools: Path | None, *, replace: bool, in_use: bool, yes: bool) -> None:
    """Load FILE into the database and bring it to this release; all of it, or nothing.

    After that nothing but answers goes out until `flask messages after-restore` releases it.
    """
    settings, allowed = ports().settings, Allowed(replace, in_use)
    with _said():
        ports().database.dispose()
        found = look(settings.direct_url, file, tools)
        check_target(settings.direct_url, allowed)
        click.echo(f"{file.name}: migration {found.revision}, checksum "
                   f"{'right' if found.vouched else 'not there'}")  # fmt: skip
        if replace and not yes:
            click.confirm("All that is in the database now is lost. Go on?", abort=True)
        restore(settings.direct_url, file, allowed, tools, prepared=settings.prepares)
        with closing(connect(settings.redis_url)) as client:
            restored = hold_restored(ports().database, client, file)
    since = restored.dump_at.astimezone(settings.zone)
    click.echo(f"Restored, as it was about {since:%Y-%m-%d %H:%M:%S}.")
    click.echo("Nothing but answers goes out now. Next: flask messages after-restore")


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except (BackupError, LockedError) as error:
        raise click.ClickException(str(error)) from None
