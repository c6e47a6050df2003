"""The API's description for people: a page at /api/v1/ that asks nothing of anybody else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, Response, render_template

from gateway.api.openapi import describe
from gateway.api.operations import Operation
from gateway.api.problems import KINDS

_CSP = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
_STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a }
h2 { margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem }
code { font-size: .95em; background: #f2f2f2; padding: 0 .2em; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
"""  # noqa: E501 - as a stylesheet has it


def add_reading_page(app: Flask, operations: Sequence[Operation], prefix: str) -> None:
    """`GET {prefix}/` and its stylesheet; neither needs a key."""

    @app.get(f"{prefix}/")
    def reading_page() -> Response:
        document = describe(operations, prefix)
        text = render_template(
            "reference.html", calls=list(calls_of(document)), problems=KINDS,
            schemas=schemas_of(document), style=f"{prefix}/reference.css",
        )  # fmt: skip
        return Response(text, headers={"Content-Security-Policy": _CSP})

    @app.get(f"{prefix}/reference.css")
    def reference_style() -> Response:
        return Response(_STYLE, content_type="text/css")


def calls_of(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation with what the page says of it, in their order."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            body = told.get("requestBody", {}).get("content", {})
            yield {
                "method": method.upper(), "path": path, "told": told,
                "parameters": [
                    {**one, "type": type_of(one["schema"])} for one in told["parameters"]
                ],
                "takes": {kind: type_of(one["schema"]) for kind, one in body.items()},
                "gives": {
                    status: type_of(one["schema"])
                    for status, answer in told["responses"].items()
                    for kind, one in answer.get("content", {}).items()
                    if kind != "application/problem+json"
                },
                "problems": [status for status in told["responses"] if int(status) >= 400],
            }  # fmt: skip


def schemas_of(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{name: its description and rows of (field, type, whether it is required)}."""
    return {
        name: {
            "description": schema.get("description", ""),
            "rows": [
                (field, type_of(one), field in schema.get("required", []))
                for field, one in schema.get("properties", {}).items()
            ],
        }
        for name, schema in sorted(document["components"]["schemas"].items())
    }


def type_of(schema: Mapping[str, Any]) -> str:
    """A JSON schema in a few words: "list of Beneficiary", "text (date) or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join("null" if one is None else f'"{one}"' for one in schema["enum"])
    kind = {"string": "text", "array": "list", "integer": "whole number"}.get(
        schema.get("type", ""), schema.get("type", "anything")
    )
    if kind == "list":
        return f"list of {type_of(schema.get('items', {}))}"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
