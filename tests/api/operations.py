"""Every operation of the API, written down by hand: the scope it needs, and a request to try it by.

A new operation needs a line here. Whatever it is about is in the district Sanamxay, so that a key
of another district neither sees nor changes it.
"""

from dataclasses import dataclass
from typing import Any

HERE, ELSEWHERE = "Sanamxay", "Phouvong"


@dataclass(frozen=True)
class Tried:
    """`path` may name `{registration_no}`, `{cycle}`, a case's `{number}`, a `{message}` of a woman
    there, and a `{broadcast}`;
    `confined` False where the thing is not of one district, so that any key finds it."""

    scope: str | None
    path: str
    body: Any = None
    confined: bool = True


_PERSON = "/beneficiaries/{registration_no}"
_PAYMENT = "/payments/{registration_no}/{cycle}"
_WEBHOOK = "/webhooks/01936d5e-0000-7000-8000-000000000000"
_MONEY = {"due_on": "2026-12-11", "status": "scheduled", "amount": 300000}


def _of_files(name: str, resource: str, kind: str) -> dict[str, Tried]:
    scope, path = f"{resource}:write", f"/imports/{kind}"
    one = f"{path}/01936d5e-0000-7000-8000-000000000000"
    return {
        f"upload{name}": Tried(scope, path, {"registration_no": "1"}, confined=False),
        f"getImportOf{name}": Tried(scope, one),
        f"listLinesOf{name}": Tried(scope, f"{one}/lines"),
        f"confirmImportOf{name}": Tried(scope, f"{one}/confirm", {"new_places": True}),
        f"cancelImportOf{name}": Tried(scope, f"{one}/cancel"),
    }


OPERATIONS: dict[str, Tried] = {
    "listBeneficiaries": Tried("beneficiaries:read", "/beneficiaries", confined=False),
    "getBeneficiary": Tried("beneficiaries:read", _PERSON),
    "putBeneficiary": Tried("beneficiaries:write", _PERSON, {"name": "ນາງ ໃໝ່"}),
    "patchBeneficiary": Tried("beneficiaries:write", _PERSON, {"status": "suspended"}),
    "putBeneficiaries": Tried(
        "beneficiaries:write",
        "/beneficiaries/bulk",
        {"rows": [{"registration_no": "{registration_no}"}], "mode": "each"},
        confined=False,
    ),
    "getNumber": Tried("beneficiaries:read", f"{_PERSON}/number"),
    "putNumber": Tried("beneficiaries:write", f"{_PERSON}/number", {"msisdn": "02055512399"}),
    "getConsents": Tried("beneficiaries:read", f"{_PERSON}/consents"),
    "putConsents": Tried("beneficiaries:write", f"{_PERSON}/consents", {"consent_health": False}),
    "listPayments": Tried("payments:read", "/payments", confined=False),
    "getPayment": Tried("payments:read", _PAYMENT),
    "putPayment": Tried("payments:write", _PAYMENT, _MONEY),
    "putPayments": Tried(
        "payments:write",
        "/payments/bulk",
        {"rows": [{"registration_no": "{registration_no}", **_MONEY}], "mode": "each"},
        confined=False,
    ),
    "listVisits": Tried("visits:read", "/visits", confined=False),
    "putVisit": Tried("visits:write", "/visits/{registration_no}/anc1", {"done_on": "2026-11-20"}),
    "putVisits": Tried(
        "visits:write",
        "/visits/bulk",
        {"rows": [{"registration_no": "{registration_no}", "visit": "anc1"}], "mode": "each"},
        confined=False,
    ),
    "deleteVisit": Tried("visits:write", "/visits/{registration_no}/anc1"),
    "listCases": Tried("cases:read", "/cases", confined=False),
    "getCase": Tried("cases:read", "/cases/{number}"),
    "noteCase": Tried("cases:write", "/cases/{number}/notes", {"text": "ໂທແລ້ວ"}),
    "answerCase": Tried("cases:write", "/cases/{number}/answer", {"text": "ຂໍໃຫ້ໄປທີ່ສຸກສາລາ"}),
    "closeCase": Tried("cases:write", "/cases/{number}/close", {"outcome": "explained"}),
    **_of_files("Beneficiaries", "beneficiaries", "beneficiaries"),
    **_of_files("Payments", "payments", "payments"),
    **_of_files("Visits", "visits", "visits"),
    **_of_files("PaymentResults", "payments", "payment_results"),
    "listMessages": Tried("messages:read", "/messages", confined=False),
    "getMessage": Tried("messages:read", "/messages/{message}"),
    "sendMessage": Tried(
        "messages:write",
        "/messages",
        {"registration_no": "{registration_no}", "template": "payment_due"},
    ),
    "sendMessages": Tried(
        "messages:write",
        "/messages/bulk",
        {"rows": [{"registration_no": "{registration_no}", "template": "payment_due"}]},
        confined=False,
    ),
    "sendFromDhis2": Tried(
        "messages:text:write", "/dhis2/messages", {"to": "{msisdn}", "text": "ມື້ນີ້"}
    ),
    "draftBroadcast": Tried(
        "broadcasts:write",
        "/broadcasts",
        {"name": "Flood", "texts": {"lo": "ນ້ຳຖ້ວມ"}},
        confined=False,
    ),
    "getBroadcast": Tried("broadcasts:read", "/broadcasts/{broadcast}"),
    "previewBroadcast": Tried("broadcasts:write", "/broadcasts/{broadcast}/preview", {}),
    "submitBroadcast": Tried("broadcasts:write", "/broadcasts/{broadcast}/submit", {}),
    "listPlaces": Tried("beneficiaries:read", "/places", confined=False),
    "listChanges": Tried("changes:read", "/changes", confined=False),
    "getReport": Tried("reports:read", "/reports/month/2026-11", confined=False),
    "getDescription": Tried(None, "/openapi.json", confined=False),
    "addWebhook": Tried(
        "webhooks:write", "/webhooks", {"url": "https://registry.example.la/"}, confined=False
    ),
    "listWebhooks": Tried("webhooks:read", "/webhooks", confined=False),
    "getWebhook": Tried("webhooks:read", _WEBHOOK),
    "changeWebhook": Tried("webhooks:write", _WEBHOOK, {"paused": True}),
    "removeWebhook": Tried("webhooks:write", _WEBHOOK),
    "rotateWebhookSecret": Tried("webhooks:write", f"{_WEBHOOK}/secret"),
    "testWebhook": Tried("webhooks:write", f"{_WEBHOOK}/test"),
    "listDeliveries": Tried("webhooks:read", f"{_WEBHOOK}/deliveries"),
    "sendParkedAgain": Tried("webhooks:write", f"{_WEBHOOK}/send-again"),
    "redeliver": Tried("webhooks:write", f"{_WEBHOOK}/deliveries/1/send-again"),
}
