"""Why a backup or a restore cannot be, as a sentence for whoever typed it."""


class BackupError(Exception):
    """Nothing was changed, unless the sentence says so."""
