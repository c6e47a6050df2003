"""A write under an Idempotency-Key is done once; whoever repeats it gets the answer it had."""

from collections.abc import Callable
from dataclasses import replace

from flask import request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gateway.api import answers
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _

NEEDS_KEY = _("Send an Idempotency-Key: a repetition then gets the same answer.")
NO_SUCH_KEY = _("An Idempotency-Key is 1 to 255 printable ASCII characters.")


def request_key_of(operation: Operation) -> str | None:
    """The Idempotency-Key of the request, where it may have one. Raises ProblemError."""
    if not operation.writes:
        return None
    given = request.headers.get("Idempotency-Key")
    if given is None:
        if operation.needs_request_key:
            raise ProblemError("bad_request", NEEDS_KEY)
        return None
    given = given.strip().strip('"')
    if not 0 < len(given) <= answers.LONGEST_KEY or not (given.isascii() and given.isprintable()):
        raise ProblemError("bad_request", NO_SUCH_KEY)
    return given


def handled_once(
    operation: Operation, call: Call, request_key: str, octets: bytes
) -> Answer | answers.Given:
    """Handled, or the answer that it got before. Raises ProblemError.

    A handler that fails because its twin was faster (an unmet If-Match, a row that is there
    already) has the twin's answer as well.
    """
    secret, key_id = call.settings.key("answers"), call.key.id
    asked = answers.digest(
        secret, operation.method.encode(), request.full_path.encode(errors="surrogatepass"), octets
    )

    def before() -> answers.Given | None:
        with call.database.reading() as connection:
            return answers.given_before(
                connection, key_id, request_key, asked, now=call.now, secret=secret
            )

    def remember(connection: Connection, answer: Answer) -> None:
        whole = replace(answer, status=operation.status_of(answer))
        answers.remember(connection, key_id, request_key, asked, whole, now=call.now, secret=secret)

    return before() or _tried(operation, replace(call, remember=remember), before)


def _tried(
    operation: Operation, call: Call, before: Callable[[], answers.Given | None]
) -> Answer | answers.Given:
    try:
        return operation.handle(call)
    except (answers.DoneMeanwhileError, IntegrityError, ProblemError) as error:
        if (again := before()) is not None:
            return again
        if isinstance(error, answers.DoneMeanwhileError):
            raise ProblemError("conflict") from None
        raise
