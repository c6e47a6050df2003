"""Signed in at an openIMIS: GraphQL, whose refusals come with status 200, and files beside it.

A token lives for some minutes and may end between two pages: it is renewed once for each question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.connectors.http import Client
from gateway.connectors.source import Fault, SourceError

GRAPHQL = "/api/graphql"
_SIGN_IN = """mutation SignIn($username: String!, $password: String!) {
  tokenAuth(username: $username, password: $password) { token refreshExpiresIn } }"""
# Words of the errors; there are no codes.
_REFUSALS = (
    "unauthorized", "permission", "not authorized", "signature", "expired", "credentials",
    "not logged in", "unauthenticated", "authentication", "locked",
)  # fmt: skip
_THROTTLED = ("too many", "ratelimit", "rate limit", "throttl")
_UNKNOWN = ("cannot query field", "unknown argument", "unknown type", "exceeds the `first` limit")


@dataclass
class Session:
    """`about` of its errors never repeats what the other system said: it may name a person."""

    client: Client
    username: str = field(repr=False)
    password: str = field(repr=False)

    def ask(self, query: str, variables: Mapping[str, Any], about: str) -> dict[str, Any]:
        """`data` of the answer. Raises SourceError, also where only a part of it failed."""
        if not self.client.headers:
            self.sign_in()
        try:
            return self._asked(query, variables, about)
        except SourceError as error:
            if error.fault != Fault.REFUSED:
                raise
        self.sign_in()
        return self._asked(query, variables, about)

    def file(self, method: str, path: str, **sent: Any) -> bytes:
        """The body of a good answer. Raises SourceError."""
        if not self.client.headers:
            self.sign_in()
        try:
            return self.client.octets(method, path, **sent)
        except SourceError as error:
            if error.fault != Fault.REFUSED:
                raise
        self.sign_in()
        return self.client.octets(method, path, **sent)

    def sign_in(self) -> None:
        self.client.headers = {}
        who = {"username": self.username, "password": self.password}
        told = self._asked(_SIGN_IN, who, "tokenAuth").get("tokenAuth")
        token = told.get("token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise SourceError(Fault.REFUSED, "tokenAuth")
        self.client.headers = {"Authorization": f"Bearer {token}"}

    def _asked(self, query: str, variables: Mapping[str, Any], about: str) -> dict[str, Any]:
        told = self.client.post(GRAPHQL, {"query": query, "variables": variables})
        if not isinstance(told, dict):
            raise SourceError(Fault.MALFORMED, about)
        if told.get("errors"):
            raise SourceError(_fault_of(told["errors"]), about)
        data = told.get("data")
        if not isinstance(data, dict):
            raise SourceError(Fault.MALFORMED, about)
        return data


def _fault_of(errors: Any) -> Fault:
    said = " ".join(
        str(one.get("message", "")) if isinstance(one, dict) else str(one)
        for one in (errors if isinstance(errors, list) else [errors])
    ).casefold()
    for words, fault in (
        (_THROTTLED, Fault.THROTTLED),
        (_UNKNOWN, Fault.UNKNOWN_SHAPE),
        (_REFUSALS, Fault.REFUSED),
    ):
        if any(word in said for word in words):
            return fault
    return Fault.MALFORMED
