"""Requests to every route of the console, as each role and as nobody, with odd fields."""

import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from gateway.staff.rights import ROLES, Role
from tests.console.conftest import PASSWORD, add_account
from tests.console.examples import EXAMPLES
from tests.console.routes import ROUTES
from tests.hostile.forms import Form, forms_of
from tests.hostile.odd import Odd, Pairs, encoded, in_header, octets
from tests.hostile.wire import FORM, Answer, Request, put
from tests.service import Service

# Beside those of the forms that were met: what views ask the address or the form for themselves.
_NAMES = (
    "after", "before", "month", "state", "only", "copy", "next", "q", "district", "village",
    "until", "since", "seen_at", "confirmed", "action", "visit", "locale", "text", "key", "number",
    "page",
)  # fmt: skip
_TYPES = (
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "",
)
_HEADERS = (
    "Accept-Language",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "Cookie",
    "Accept-Encoding",
    "Accept",
)
_PARAMETER = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


class Visitor:
    """Somebody at a browser; `role` None has not signed in."""

    def __init__(self, service: Service, role: Role | None, at: int) -> None:
        self._service = service
        self.role = role
        self._at = at
        self.address = ""
        self.cookie = ""
        self._forms: dict[tuple[str, str], Form] = {}
        self.token = ""
        self._times = 0

    def ask(self, request: Request) -> Answer:
        answer = put(self._service.app, request)
        if request.headers.get("Cookie", "") == self.cookie:
            for name, value in answer.headers:
                if name == "Set-Cookie":
                    self._keep(value)
        return answer

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if name == "console":
                self.cookie = f"console={morsel.value}"

    def open(self, path: str) -> Answer:
        return self.ask(Request("GET", path, headers={"Cookie": self.cookie}, address=self.address))

    def learn(self, answer: Answer) -> None:
        if answer.status == 200 and answer.header("Content-Type").startswith("text/html"):
            self._keep_forms(answer.text)

    @property
    def forms(self) -> list[Form]:
        return list(self._forms.values())

    def _keep_forms(self, html: str) -> None:
        """The latest of each address, of the last few hundred."""
        for method, action, fields in forms_of(html):
            self._forms.pop((method, action), None)
            self._forms[method, action] = method, action, fields
            self.token = dict(fields).get("csrf_token") or self.token
        while len(self._forms) > 300:
            self._forms.pop(next(iter(self._forms)))

    def sign_in(self) -> None:
        """Signs in with a new account each time: somebody may have closed the last."""
        self._times += 1
        self.cookie, self._forms = "", {}
        # Tries to sign in are counted by address.
        self.address = f"10.{self._at}.{self._times // 250}.{self._times % 250}"
        page = self.open("/console/sign-in")
        self.learn(page)
        if self.role is None:
            return
        email = f"{self.role}{self._times}@hostile.la"
        here = "Sanamxay" if self.role == "health_worker" else None
        add_account(self._service, self.role, here, email=email)
        form = [("csrf_token", self.token), ("email", email), ("password", PASSWORD)]
        answer = self.ask(
            Request("POST", "/console/sign-in", body=encoded(form), content_type=FORM,
                    headers={"Cookie": self.cookie}, address=self.address)
        )  # fmt: skip
        assert answer.status == 302, answer.text
        self.learn(self.open("/console/beneficiaries/"))


class Console:
    def __init__(self, odd: Odd, service: Service) -> None:
        self._odd = odd
        self._service = service
        self._examples = {name: make(service) for name, make in EXAMPLES.items()}
        self._rules = [rule for rule in service.app.url_map.iter_rules() if rule.endpoint in ROUTES]
        self.visitors = [Visitor(service, role, at) for at, role in enumerate((*ROLES, None))]
        for visitor in self.visitors:
            visitor.sign_in()

    def step(self) -> tuple[Request, Answer]:
        odd = self._odd
        visitor = odd.pick(self.visitors)
        if visitor.forms and odd.chance(0.5):
            request = self._filled_in(visitor, *odd.pick(visitor.forms))
        else:
            request = self._anywhere(visitor)
        answer = visitor.ask(request)
        visitor.learn(answer)
        if visitor.role and answer.status == 302 and "/sign-in" in answer.header("Location"):
            visitor.sign_in()
        return request, answer

    def _filled_in(self, visitor: Visitor, method: str, action: str, usual: Pairs) -> Request:
        """A form that stood on a page, with something odd in it."""
        parts = urlsplit(action)
        pairs = self._odd.fields(usual, _NAMES)
        if method == "GET":
            return self._request(visitor, "GET", parts.path, encoded(pairs))
        return self._request(visitor, "POST", parts.path, parts.query.encode(), pairs)

    def _anywhere(self, visitor: Visitor) -> Request:
        odd = self._odd
        rule = odd.pick(self._rules)
        values = self._examples.get(ROUTES[rule.endpoint].example or "", {})
        path = self._path(rule, values)
        method = odd.pick(sorted((rule.methods or set()) - {"OPTIONS"}))
        if odd.chance(0.02):
            method = odd.pick(("PUT", "DELETE", "OPTIONS", "BREW"))
        query = encoded(odd.fields([], _NAMES)) if odd.chance(0.6) else b""
        names = [(name, "") for name in odd.random.sample(_NAMES, 4)] if method == "POST" else []
        return self._request(visitor, method, path, query, odd.fields(names, _NAMES))

    def _path(self, rule: Any, values: dict[str, Any]) -> str:
        def one(match: re.Match[str]) -> str:
            usual = str(values.get(match[1], "x"))
            odd = self._odd.value(usual) if self._odd.chance(0.25) else usual
            return octets(odd).decode("latin-1")

        return _PARAMETER.sub(one, re.sub(r"<any\([^)]*\):", "<", rule.rule))

    def _request(
        self, visitor: Visitor, method: str, path: str, query: bytes, pairs: Pairs | None = None
    ) -> Request:
        odd = self._odd
        headers = {"Cookie": visitor.cookie, "Accept-Language": odd.pick(("en", "lo"))}
        if odd.chance(0.03):
            headers[odd.pick(_HEADERS)] = in_header(odd.value())
        if method != "POST":
            return Request(method, path, query, headers=headers, address=visitor.address)
        body = encoded(self._with_token(visitor, pairs or []))
        content_type = odd.pick(_TYPES) if odd.chance(0.03) else FORM
        if odd.chance(0.02):
            body += odd.pick((b"&\xff=\xfe", b"&%", b"&=", b"\0"))
        return Request(
            method, path, query, body, content_type, headers=headers, address=visitor.address
        )

    def _with_token(self, visitor: Visitor, pairs: Pairs) -> Pairs:
        """What is refused for its token gets no further."""
        kept = [pair for pair in pairs if pair[0] != "csrf_token"]
        token = self._odd.value(visitor.token) if self._odd.chance(0.02) else visitor.token
        return [*kept, ("csrf_token", token)]
