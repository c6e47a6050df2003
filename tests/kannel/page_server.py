"""A gateway without menus: it answers every USSD request with the same page."""

from flask import Flask, Response, request

from gateway.providers.base import UssdReply
from gateway.providers.callback import Callback
from gateway.providers.kannel import wire
from gateway.providers.kannel.operators import KannelOperator
from tests.kannel.gateway import closing

UNITEL = KannelOperator(name="unitel", sms="unitel", ussd="unitel-ussd")


class PageServer:
    """`status` other than 200 is an error page, for what Kannel makes of one."""

    def __init__(self) -> None:
        self.page = "1 Yes\n2 No"
        self.status = 200
        self.requests: list[dict[str, str]] = []
        self.app = Flask("pages")
        self.app.wsgi_app = closing(self.app.wsgi_app)  # type: ignore[method-assign, assignment]
        self.app.add_url_rule("/callbacks/kannel/mo", "mo", self._answer)

    def _answer(self) -> Response:
        form = dict(wire.read_query(Callback(query=request.query_string)))
        self.requests.append(form)
        if self.status != 200:
            return Response("<h1>an error page</h1>", self.status)
        body, headers = wire.render_ussd(UssdReply(self.page, closes=False), form, UNITEL)
        return Response(body, 200, headers)
