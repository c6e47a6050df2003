"""The API's own description, for whoever asks."""

from collections.abc import Sequence
from typing import Any

from gateway.api.openapi import describe
from gateway.api.operations import Answer, Call, Operation


def description_of(operations: Sequence[Operation], prefix: str) -> Operation:
    """The operation that describes `operations` and itself."""

    def answer(_call: Call) -> Answer:
        return Answer(body=describe([*operations, own], prefix))

    own = Operation(
        name="getDescription", method="GET", path="/openapi.json", handle=answer, scope=None,
        summary="This description", gives=dict[str, Any],
    )  # fmt: skip
    return own
