"""Style sheets and scripts from this host, packed once and kept by the browser for a year.

Bootstrap's file comes with the package Bootstrap-Flask; packed it is 31 KB of 232.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for

from gateway.console.kit.guards import public

STATIC = Path(__file__).parent.parent / "static"
_BOOTSTRAP = "bootstrap.css"
_A_YEAR = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@dataclass(frozen=True)
class Asset:
    content: bytes
    packed: bytes
    digest: str
    content_type: str


@blueprint.get("/<digest>/<name>")
@public
def file(digest: str, name: str) -> Response:
    """The digest in the address makes every version an address of its own."""
    asset = _asset(name)
    if asset is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if packed else asset.content, content_type=asset.content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _A_YEAR if digest == asset.digest else "no-cache"
    return response


def asset_url(name: str) -> str:
    """For templates: the address of a file of static/; raises FileNotFoundError."""
    asset = _asset(name)
    if asset is None:
        raise FileNotFoundError(name)
    return url_for("console.assets.file", digest=asset.digest, name=name)


@cache
def _asset(name: str) -> Asset | None:
    if name == _BOOTSTRAP:
        source = files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css"
        # Its source map is not served.
        content = source.read_bytes().split(b"/*# sourceMappingURL")[0]
    elif name in {found.name for found in STATIC.iterdir()}:
        content = (STATIC / name).read_bytes()
    else:
        return None
    kind = guess_type(name)[0] or "application/octet-stream"
    return Asset(
        content=content,
        packed=gzip.compress(content, 9, mtime=0),
        digest=hashlib.sha256(content).hexdigest()[:12],
        content_type=f"{kind}; charset=utf-8",
    )
