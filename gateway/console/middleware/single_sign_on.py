"""The sign-in service (OpenID Connect) beside passwords, by Authlib; no start waits for it.

State, nonce and PKCE's verifier are kept in the signed cookie for the way there and back.
"""

from collections.abc import Mapping
from typing import Any, cast

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.oidc.core import UserInfo
from flask import Flask, Response, current_app, session
from joserfc.errors import JoseError
from requests import RequestException

from gateway.console.dependencies import ConsoleDependencies
from gateway.settings import Settings

SECONDS = 5  # each request of ours to the service
_NAME = "service"
# Of an ID token: what only the service can sign.
_SIGNED_BY_IT = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                 "EdDSA", "Ed25519")  # fmt: skip


class ServiceAway(Exception):
    """It does not answer, or not with what such a service answers."""


class NotProved(Exception):
    """What came back proves nobody's identity: refused there, not asked here, or not signed so."""


def add_single_sign_on(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Where the settings name one."""
    settings = dependencies.settings
    if not settings.oidc_issuer:
        return
    app.extensions["console.sign_in_service"] = OAuth(app).register(
        name=_NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )


def send_there(settings: Settings, back: str) -> Response:
    """To the service, which sends the person to `back`. Raises ServiceAway."""
    for left in [key for key in session if key.startswith(f"_state_{_NAME}")]:
        session.pop(left)  # a cookie has no room for every try that was given up
    service = _service(settings)
    try:
        return cast("Response", service.authorize_redirect(back))
    except RuntimeError as error:  # it does not say where
        raise ServiceAway("it names no address to sign in at") from error


def who_came_back(settings: Settings) -> Mapping[str, Any]:
    """The claims of the ID token: signed by the service, for us, in answer to this browser's
    question. Raises ServiceAway, NotProved."""
    service = _service(settings)
    wanted = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    try:
        token = service.authorize_access_token(claims_options=wanted)
    except RequestException as error:
        raise ServiceAway(type(error).__name__) from error
    except (OAuthError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise NotProved(type(error).__name__) from error
    claims = token.get("userinfo")
    if not isinstance(claims, UserInfo):
        raise NotProved("no ID token")
    return dict(claims)


def way_out(settings: Settings, back: str) -> str | None:
    """Where the person signs out of the service as well; None where it has no such address."""
    try:
        service = _service(settings)
        found = service.create_logout_url(
            post_logout_redirect_uri=back, client_id=settings.oidc_client_id
        )
    except (ServiceAway, RuntimeError):
        return None
    return str(found["url"])


def _service(settings: Settings) -> Any:
    """With what it says of itself, which is asked once a process. Raises ServiceAway."""
    service = current_app.extensions["console.sign_in_service"]
    try:
        metadata = service.load_server_metadata()
    except (RequestException, ValueError, TypeError, RecursionError) as error:
        raise ServiceAway(type(error).__name__) from error
    if metadata.get("issuer") != settings.oidc_issuer:
        service.server_metadata.pop("_loaded_at", None)
        raise ServiceAway("it names another issuer")
    offered = metadata.get("id_token_signing_alg_values_supported")
    metadata["id_token_signing_alg_values_supported"] = [
        one for one in _SIGNED_BY_IT if one in (offered if isinstance(offered, list) else ["RS256"])
    ]
    return service
