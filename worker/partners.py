"""What works through the messages of partners: read anew for each job, as the file may change."""

import os

from gateway.dci.loading import read_partners
from gateway.dci.working import Desk
from gateway.webhooks.calling import Calls
from worker.assembly import Assembly


def dci_desk(assembly: Assembly) -> Desk:
    """Raises SettingsError where the file of CONNECTIONS cannot be used any more."""
    return Desk(
        database=assembly.database,
        partners=read_partners(assembly.settings, os.environ),
        peppers=assembly.settings.peppers,
        zone=assembly.settings.zone,
        now=assembly.now,
        calls=Calls(private=True),
    )
