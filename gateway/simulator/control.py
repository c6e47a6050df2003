"""/simulator/…: what tests and the phone page ask of the simulator, in JSON."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from gateway.simulator import wire
from gateway.simulator.faults import Faults
from gateway.simulator.handset import Screen
from gateway.simulator.postman import Letter
from gateway.simulator.world import world

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

MO_PATIENCE = 24 * 3600.0


class Dial(msgspec.Struct, forbid_unknown_fields=True):
    code: str = ""


class Press(msgspec.Struct, forbid_unknown_fields=True):
    keys: str


class Message(msgspec.Struct, forbid_unknown_fields=True):
    """An SMS written on the handset; `to` defaults to the simulator's shortcode."""

    text: str
    to: str = ""


@blueprint.errorhandler(msgspec.DecodeError)
def bad_request(error: msgspec.DecodeError) -> Response:
    return _json({"error": str(error)}, 400)


@blueprint.get("/faults")
def show_faults() -> Response:
    return _json(world().court.script)


@blueprint.post("/faults")
def set_faults() -> Response:
    """Replaces the whole script; the generator starts again from its seed."""
    world().court.set(msgspec.json.decode(request.get_data(), type=Faults))
    return show_faults()


@blueprint.delete("/faults")
def clear_faults() -> Response:
    world().court.set(Faults())
    return show_faults()


@blueprint.get("/counts")
def show_counts() -> Response:
    return _json(world().counts())


@blueprint.delete("/counts")
def reset_counts() -> Response:
    world().reset()
    return show_counts()


@blueprint.get("/handsets/<msisdn>/inbox")
def show_inbox(msisdn: str) -> Response:
    here = world()
    inbox = here.inboxes.inbox(msisdn)
    return _json({"msisdn": msisdn, "messages": inbox, "opted_out": here.blocked(msisdn)})


@blueprint.post("/handsets/<msisdn>/dial")
def dial(msisdn: str) -> Response:
    wanted = msgspec.json.decode(request.get_data(), type=Dial)
    with world().handset(msisdn) as handset:
        return _screen(handset.dial(wanted.code or None))


@blueprint.post("/handsets/<msisdn>/press")
def press(msisdn: str) -> Response:
    wanted = msgspec.json.decode(request.get_data(), type=Press)
    with world().handset(msisdn) as handset:
        return _screen(handset.press(wanted.keys))


@blueprint.post("/handsets/<msisdn>/retry")
def retry(msisdn: str) -> Response:
    with world().handset(msisdn) as handset:
        return _screen(handset.retry())


@blueprint.post("/handsets/<msisdn>/hang-up")
def hang_up(msisdn: str) -> Response:
    with world().handset(msisdn) as handset:
        handset.hang_up()
    return _screen(Screen(text=""))


@blueprint.post("/handsets/<msisdn>/sms")
def write_sms(msisdn: str) -> Response:
    here = world()
    wanted = msgspec.json.decode(request.get_data(), type=Message)
    form = wire.incoming_message(msisdn, wanted.text, wanted.to or here.config.shortcode)
    pace = here.config.mo_pace
    here.postman.send([Letter(wire.INCOMING_MESSAGES, (form,), pace=pace, patience=MO_PATIENCE)])
    return _json({}, 202)


@blueprint.post("/handsets/<msisdn>/opt-out")
def opt_out(msisdn: str) -> Response:
    """The handset's owner tells the operator: no bulk SMS any more."""
    here = world()
    here.block(msisdn, True)
    here.postman.send([Letter(wire.OPT_OUTS, (wire.opt_out(msisdn, wire.DEFAULT_SENDER),))])
    return _json({"opted_out": True}, 202)


@blueprint.delete("/handsets/<msisdn>/opt-out")
def opt_in(msisdn: str) -> Response:
    """Lifts the operator's block; no callback tells the gateway of that."""
    world().block(msisdn, False)
    return _json({"opted_out": False})


def _screen(screen: Screen) -> Response:
    return _json(screen)


def _json(content: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, content_type="application/json")
