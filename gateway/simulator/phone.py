"""/phone/: a feature phone in the browser, for the demo. The page talks to this origin only; its
few calls are handed on to the simulator's process."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, render_template, request

from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import parse
from gateway.core.texts import without_context
from gateway.simulator.phone_texts import DEMO_CALLERS, SCRIPT_TEXTS

Gettext = Callable[[str], str]

LANGUAGES = {"en": "English", "lo": "ລາວ"}
SIMULATOR_SECONDS = 15.0  # a hop may take the 10 s that the operator gives the gateway
_CALLS: dict[str, tuple[str, ...]] = {
    "dial": ("code",),
    "press": ("keys",),
    "retry": (),
    "hang-up": (),
    "sms": ("text",),
    "opt-out": (),
}


def create_blueprint(
    simulator_url: str,
    *,
    gettext: Mapping[str, Gettext] | None = None,
    service_code: str = "*123#",
) -> Blueprint:
    """The page and its calls. `gettext` translates for each locale (missing: English msgids);
    `service_code` stands ready on the phone's dial line."""
    blueprint = Blueprint(
        "phone",
        __name__,
        url_prefix="/phone",
        template_folder="templates",
        static_folder="static",
    )
    blueprint.register_error_handler(InvalidMsisdn, _refuse_number(gettext or {}))
    blueprint.add_url_rule("/", "page", _page(gettext or {}, service_code))
    _add_calls(blueprint, f"{simulator_url}/simulator/handsets")
    return blueprint


def _page(gettext: Mapping[str, Gettext], service_code: str) -> Callable[[], str]:
    def page() -> str:
        lang, translate = _language(gettext)
        return render_template(
            "phone/phone.html",
            _=translate,
            lang=lang,
            languages=LANGUAGES,
            callers=DEMO_CALLERS,
            texts={key: translate(text) for key, text in SCRIPT_TEXTS.items()},
            service_code=service_code,
            spaced=_spaced,
        )

    return page


def _add_calls(blueprint: Blueprint, handsets: str) -> None:
    @blueprint.get("/inbox")
    def inbox() -> Response:
        return _ask("GET", handsets, request.args.get("msisdn", ""), "inbox")

    @blueprint.delete("/opt-out")
    def opt_in() -> Response:
        return _ask("DELETE", handsets, str(request.get_json().get("msisdn")), "opt-out")

    for call, fields in _CALLS.items():
        blueprint.add_url_rule(
            f"/{call}", call, _handed_on(handsets, call, fields), methods=["POST"]
        )


def _handed_on(handsets: str, call: str, fields: tuple[str, ...]) -> Callable[[], Response]:
    def view() -> Response:
        # Only JSON is taken: another site's page cannot post that here without being asked first.
        given = request.get_json()
        body = {field: str(given.get(field, "")) for field in fields}
        return _ask("POST", handsets, str(given.get("msisdn", "")), call, body)

    return view


def _ask(
    method: str, handsets: str, number: str, call: str, body: Mapping[str, Any] | None = None
) -> Response:
    msisdn = parse(number).e164
    try:
        answer = requests.request(
            method, f"{handsets}/{msisdn}/{call}", json=body, timeout=SIMULATOR_SECONDS
        )
        shown = answer.json()
    except requests.RequestException:
        return _error("simulator_away", 502)
    return _with_status(jsonify(shown | {"msisdn": msisdn}), answer.status_code)


def _refuse_number(gettext: Mapping[str, Gettext]) -> Callable[[InvalidMsisdn], Response]:
    def refuse(error: InvalidMsisdn) -> Response:
        _, translate = _language(gettext)
        return _error(translate(error.reason), 400)

    return refuse


def _language(gettext: Mapping[str, Gettext]) -> tuple[str, Gettext]:
    asked = request.args.get("lang", "")
    lang = asked if asked in LANGUAGES else "en"
    return lang, gettext.get(lang, without_context)


def _spaced(msisdn: str) -> str:
    """+856 20 5550 0001, as people read it."""
    return re.sub(r"^(\+856)(\d\d)(\d{4})(\d{4})$", r"\1 \2 \3 \4", msisdn)


def _error(reason: str, status: int) -> Response:
    return _with_status(jsonify(error=reason), status)


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
