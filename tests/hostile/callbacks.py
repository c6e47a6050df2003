"""Callbacks of both kinds of operators, from nearly right to nothing of the kind."""

from urllib.parse import quote

from tests.hostile.odd import Odd, Pairs, encoded, in_header
from tests.hostile.wire import FORM, Request

NUMBERS = ("+8562055500001", "+8562055500002", "+8562055500004", "+8562055599999", "+8562099900001")
USSD = "/callbacks/africastalking/ussd"
_TEXTS = ("STOP", "ຢຸດ", "START", "?", "stop health", "hello", "ຂ້ອຍບໍ່ໄດ້ເງິນ", "")
_TYPES = (
    "", "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=utf-16", "x/\xff",
)  # fmt: skip
_METHODS = ("GET", "POST", "PUT", "HEAD", "OPTIONS", "BREW")
_ENDS = (b"\xff\xfe", b"%", b"&=&", b"\0")
_MOMENTS = ("2026-11-24 02:00:00", "9999-12-31 23:59:59", "0001-01-01 00:00:00")
_NOBODY = "018bcfe5-6800-7000-8000-000000000000"
_HINTS = (
    "1.65f0.abc.def.3.-.main", "1.{n}.m.f.{n}.r.main", "1.{n}.m.f.1.r.main", "1.-1.m.f.-1.r.x",
    "2.1.2.3.4.5.6", "1......",
)  # fmt: skip


class Callbacks:
    def __init__(self, odd: Odd, key: str) -> None:
        self._odd = odd
        self._key = key
        self._forms = (self._hop, self._hop, self._end, self._receipt, self._sms, self._opt_out)

    def next(self) -> Request:
        odd = self._odd
        if odd.chance(0.3):
            return self._kannel()
        path, usual = odd.pick(self._forms)()
        pairs = odd.fields(usual)
        body, content_type = encoded(pairs), FORM
        if odd.chance(0.03):
            content_type = odd.pick(_TYPES)
        if odd.chance(0.03):
            body = body[: odd.random.randrange(len(body) + 1)] + odd.pick(_ENDS)
        length = odd.pick(("-1", "x", "9" * 20, "0")) if odd.chance(0.01) else None
        headers = {}
        if path == USSD and odd.chance(0.3):
            headers["at-ussd-hop-metadata"] = self._hint()
        return Request(
            self._method("POST"), path, self._query(), body, content_type, length, headers
        )

    def _method(self, usual: str) -> str:
        return self._odd.pick(_METHODS) if self._odd.chance(0.01) else usual

    def _query(self) -> bytes:
        odd = self._odd
        if odd.chance(0.02):
            return encoded([("key", odd.value(self._key))])
        return encoded([("key", self._key)])

    def _hint(self) -> str:
        odd = self._odd
        hint = odd.pick(_HINTS).replace("{n}", odd.pick(("0", "9" * 30, "f" * 400, "6740a000")))
        return in_header(odd.value(hint) if odd.chance(0.5) else hint)

    def _session(self) -> str:
        return f"ATUid_{self._odd.random.randrange(2000):032x}"

    def _keys(self) -> str:
        odd = self._odd
        keys = [
            odd.value() if odd.chance(0.1) else str(odd.random.randrange(10))
            for _ in range(odd.random.randrange(6))
        ]
        return "*".join(keys)

    def _hop(self) -> tuple[str, Pairs]:
        return USSD, [
            ("sessionId", self._session()), ("phoneNumber", self._odd.pick(NUMBERS)),
            ("networkCode", "45703"), ("serviceCode", "*123#"), ("text", self._keys()),
        ]  # fmt: skip

    def _end(self) -> tuple[str, Pairs]:
        odd = self._odd
        return "/callbacks/africastalking/ussd-events", [
            ("date", odd.pick(_MOMENTS)),
            ("sessionId", self._session()), ("phoneNumber", odd.pick(NUMBERS)),
            ("networkCode", "45703"), ("serviceCode", "*123#"),
            ("status", odd.pick(("Success", "Incomplete", "Failed"))), ("cost", "LAK 10.0"),
            ("durationInMillis", "9000"), ("hopsCount", "3"), ("input", "1*2"),
            ("lastAppResponse", "END"), ("hopsMetadata", "|".join(self._hint() for _ in range(3))),
        ]  # fmt: skip

    def _receipt(self) -> tuple[str, Pairs]:
        odd = self._odd
        return "/callbacks/africastalking/delivery-reports", [
            ("id", f"ATXid_{odd.random.randrange(500)}"),
            ("status", odd.pick(("Success", "Sent", "Failed"))),
            ("phoneNumber", odd.pick(NUMBERS)), ("networkCode", "45703"), ("retryCount", "0"),
            ("failureReason", odd.pick(("", "AbsentSubscriber"))),
        ]  # fmt: skip

    def _sms(self) -> tuple[str, Pairs]:
        odd = self._odd
        return "/callbacks/africastalking/incoming-messages", [
            ("id", f"in-{odd.random.randrange(100000)}"),
            ("from", odd.pick(NUMBERS)), ("to", "1234"),
            ("text", odd.pick(_TEXTS)), ("date", "2026-11-24 02:00:00"), ("linkId", ""),
        ]  # fmt: skip

    def _opt_out(self) -> tuple[str, Pairs]:
        return "/callbacks/africastalking/opt-outs", [
            ("phoneNumber", self._odd.pick(NUMBERS)), ("senderId", "MECG"),
        ]  # fmt: skip

    def _kannel(self) -> Request:
        odd = self._odd
        path = odd.pick(("mo", "mo", "dlr"))
        usual: Pairs = [
            ("from", odd.pick(NUMBERS).removeprefix("+")), ("to", "*123#"),
            ("text", odd.pick((*_TEXTS, "1", "2", "*123#"))),
            ("coding", odd.pick(("0", "2"))), ("id", f"{odd.random.randrange(100000)}"),
            ("smsc", odd.pick(("unitel", "unitel-ussd", "etl", "nobody"))), ("time", "1795485600"),
            ("meta", self._meta()),
        ]  # fmt: skip
        if path == "dlr":
            usual = [
                ("type", odd.pick(("1", "2", "4", "8", "16", "99"))),
                ("ref", f"r{odd.random.randrange(99)}"),
                ("operator", "unitel"), ("message", odd.pick((_NOBODY, "x"))),
                ("answer", odd.pick(("id:1 stat:EXPIRED err:0b", "NACK/no SMSC", ""))),
            ]  # fmt: skip
        pairs = [("key", self._key), *odd.fields(usual)]
        return Request(self._method("GET"), f"/callbacks/kannel/{path}", encoded(pairs))

    def _meta(self) -> str:
        odd = self._odd
        op = odd.pick(
            ("%01", "%12", "%11", "", "%FF%FF%FF%FF%FF", quote(odd.value()[:50], errors="replace"))
        )
        return (
            f"?smpp?ussd_service_op={op}&its_session_info={odd.pick(('%00%01', '', '%FF' * 90))}&"
        )
