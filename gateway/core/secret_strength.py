"""Whether a secret of the service could be guessed. Pure."""

LEAST_SECRET, LEAST_KEY = 32, 16  # characters
_LEAST_DIFFERENT = 8


def weakness(secret: str, least: int) -> str | None:
    """What is wrong with it, to go on after its name; None where nothing is.

    Long enough, no piece repeated, and no guess of dictionaries, keyboards or sequences.
    """
    if len(secret) < least:
        return f"must have at least {least} characters in production."
    if len(set(secret)) < _LEAST_DIFFERENT or secret in (secret + secret)[1:-1]:
        return "is too easy to guess: it is a few characters, or one piece, over and over."
    if _guesses(secret[:least]) < least / 2:
        return (
            "is too easy to guess: it is a known word, or characters that follow one another in "
            "the alphabet or on a keyboard."
        )
    return None


def _guesses(secret: str) -> float:
    """How many are needed, as a power of ten."""
    # Half a second and 13 MB that only production needs.
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    return float(zxcvbn(secret)["guesses_log10"])
