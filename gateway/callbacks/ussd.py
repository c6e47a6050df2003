"""One USSD hop, whatever the operator: the caller gets a proper screen, and never an error."""

from collections.abc import Callable
from hashlib import blake2b
from time import perf_counter
from uuid import UUID

from werkzeug.exceptions import HTTPException

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.callbacks.guard import fault, waited_in_vain
from gateway.core.texts import _
from gateway.dialogue.host import DIAL_AGAIN
from gateway.logs import request_id
from gateway.metrics import HOP_SECONDS, hops
from gateway.providers.base import BadCallback, UssdReply, UssdRequest
from gateway.registry.deadlines import DeadlineError

TRY_LATER = _("The service is busy. Please dial again later.")


def answer_hop(
    dependencies: CallbackDependencies, provider: str, parse: Callable[[], UssdRequest]
) -> UssdReply:
    """The reply to the request that `parse` reads; a fault is a translated END and a log line."""
    started_at, state, outcome = perf_counter(), "", "fault"
    try:
        request = parse()
        request_id.set(call_id(request, dependencies.settings.key("pseudonyms")))
        hop = dependencies.dialogue.answer(request, dependencies.now())
        reply, state, outcome = hop.reply, hop.state, hop.outcome
    except (BadCallback, HTTPException):
        reply, outcome = _sorry(dependencies, DIAL_AGAIN), "bad_request"
    except DeadlineError as error:
        waited_in_vain(error, "USSD hop")
        reply, outcome = _sorry(dependencies, TRY_LATER), "busy"
    except Exception as error:  # the caller must get a screen whatever broke
        fault(error, "USSD hop")
        reply = _sorry(dependencies, TRY_LATER)
    hops(provider, state, outcome).inc()
    HOP_SECONDS.observe(perf_counter() - started_at)
    return reply


def call_id(request: UssdRequest, key: bytes) -> str:
    """The id that every hop of a call, its SMS and their receipts have in the log."""
    call = f"{request.provider}:{request.session_id}".encode(errors="surrogatepass")
    return str(UUID(bytes=blake2b(call, key=key, digest_size=16).digest()))


def _sorry(dependencies: CallbackDependencies, msgid: str) -> UssdReply:
    gettext = dependencies.gettext[dependencies.settings.default_locale]
    return UssdReply(gettext(msgid), closes=True)
