"""A sign-in service (OpenID provider) that runs in the test: Authlib's server, over real HTTP.

It insists on PKCE, on the client's secret and on its redirect address, and takes each code once.
`claims` is who signs in there; `spoil` changes what its ID tokens say, `signed_with` who signs.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from gateway.console.middleware.single_sign_on import add_single_sign_on
from tests.service import Service
from tests.serving import serving

CLIENT, SECRET = "console", "a-secret-that-only-the-two-know"
KHAMLA = {
    "sub": "k-1", "email": "khamla@example.la", "email_verified": True, "name": "ຄຳຫລ້າ  Sisouk",
}  # fmt: skip
BACK = "/console/sign-in/service/back"


class _Client(ClientMixin):  # type: ignore[misc]
    client_id = CLIENT

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith(BACK)

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code(AuthorizationCodeMixin):  # type: ignore[misc]
    code: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


class _Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    service: "SignInService"

    def save_authorization_code(self, code: str, request: Any) -> None:
        sent = request.payload.data
        self.service.codes[code] = _Code(
            code, sent["redirect_uri"], sent["scope"], sent["nonce"],
            sent["code_challenge"], sent["code_challenge_method"],
        )  # fmt: skip

    def query_authorization_code(self, code: str, client: Any) -> _Code | None:
        return self.service.codes.get(code)

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        del self.service.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: _Code) -> dict[str, Any]:
        return self.service.claims


class _IdToken:
    def __init__(self, service: "SignInService") -> None:
        self._service = service

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_create_token_response", self._add)

    def _add(self, grant: Any, response: Any) -> None:
        response[1]["id_token"] = self._service.id_token(grant.request.authorization_code.nonce)


class SignInService:
    """`url` once it is served. Whoever comes is signed in there already, as `claims`."""

    def __init__(self) -> None:
        self.url = ""
        self.claims: dict[str, Any] = {}
        self.spoil: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.signed_with = self.key
        self.left: list[str] = []  # addresses that people were sent back to after signing out
        self.codes: dict[str, _Code] = {}
        self.app = Flask(__name__)
        self._server = AuthorizationServer(
            self.app, query_client=lambda _id: _Client(), save_token=lambda _token, _request: None
        )
        grant = type("Grant", (_Grant,), {"service": self})
        self._server.register_grant(grant, [CodeChallenge(required=True), _IdToken(self)])
        self.app.add_url_rule("/authorize", view_func=self.authorize)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.app.add_url_rule("/jwks", view_func=self.jwks)
        self.app.add_url_rule("/out", view_func=self.out)
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)

    def authorize(self) -> Any:
        grant = self._server.get_consent_grant(end_user=self.claims)
        return self._server.create_authorization_response(grant=grant, grant_user=self.claims)

    def token(self) -> Any:
        return self._server.create_token_response()

    def jwks(self) -> Any:
        return KeySet([self.key]).as_dict(private=False)

    def out(self) -> Any:
        self.left.append(request.args["post_logout_redirect_uri"])
        return redirect(request.args["post_logout_redirect_uri"])

    def configuration(self) -> Any:
        paths = {
            "authorization_endpoint": "authorize", "token_endpoint": "token",
            "jwks_uri": "jwks", "end_session_endpoint": "out",
        }  # fmt: skip
        return {
            "issuer": self.url, "id_token_signing_alg_values_supported": ["RS256", "none"],
            **{name: f"{self.url}/{path}" for name, path in paths.items()},
        }  # fmt: skip

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300}
        claims = self.spoil(claims | self.claims)
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signed_with)


@pytest.fixture(scope="session")
def _served_sign_in_service() -> Iterator[SignInService]:
    service = SignInService()
    with serving(service.app) as url:
        service.url = url
        yield service


@pytest.fixture
def sign_in_service(_served_sign_in_service: SignInService) -> SignInService:
    """As it is at first: KHAMLA is signed in there."""
    service = _served_sign_in_service
    service.claims, service.spoil, service.signed_with = dict(KHAMLA), dict, service.key
    service.left.clear()
    return service


@pytest.fixture
def use_sign_in_service(
    service: Service, sign_in_service: SignInService, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """`use_sign_in_service(oidc_new_role="viewer")`: the console with it until the test's end."""
    own = {
        "oidc_issuer": sign_in_service.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
    }  # fmt: skip

    def with_settings(**changed: str) -> None:
        extensions = service.app.extensions
        console = extensions["console"]
        settings = msgspec.structs.replace(console.settings, **own | changed)
        monkeypatch.setitem(extensions, "console", replace(console, settings=settings))
        add_single_sign_on(service.app, extensions["console"])

    return with_settings
