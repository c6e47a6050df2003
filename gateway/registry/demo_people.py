"""The people of the demo: invented, but named and placed as they might be.

The fixed callers are those of the README; the others give the console something to show. All is
the same at every start but for the dates, which hang on the day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gateway.core.programme_file import add_months

_ATTAPEU, _SAVANNAKHET = "ອັດຕະປື", "ສະຫວັນນະເຂດ"
_PLACES = (
    (_ATTAPEU, "ສະໜາມໄຊ", "ສຸກສາລາ ປິນດົງ", ("ໂພນແກ້ວ", "ປິນດົງ", "ດອນບົກ")),
    (_ATTAPEU, "ສະໜາມໄຊ", "ສຸກສາລາ ຫີນລາດ", ("ຫີນລາດ", "ທ່າແສງຈັນ", "ທ່າຫີນ", "ສະໝອງໃຕ້")),
    (_ATTAPEU, "ພູວົງ", "ສຸກສາລາ ວົງໄຊ", ("ວົງໄຊ", "ວົງສຳພັນ", "ພູໄຊ")),
    (_ATTAPEU, "ພູວົງ", "ສຸກສາລາ ນ້ຳຊວນ", ("ນ້ຳຊວນ", "ໂພໄຊ")),
    (_SAVANNAKHET, "ນອງ", "ສຸກສາລາ ອາຊິງ", ("ອາຊິງ", "ຕັງອາໄລ", "ດົງສະຫວັນ")),
    (_SAVANNAKHET, "ນອງ", "ສຸກສາລາ ລະໂຮ", ("ລະໂຮ", "ນາຫວ້າ")),
)
_GIVEN = (
    *("ບຸນມີ", "ຄຳຫຼ້າ", "ສົມພອນ", "ວັນນາ", "ແກ້ວ", "ຈັນທາ", "ນ້ອຍ", "ພອນສະຫວັນ"),
    *("ສຸກສະໝອນ", "ມະນີວັນ", "ດາວອນ", "ລັດສະໝີ", "ສີພອນ", "ຄຳແພງ"),
)
_FAMILY = (
    *("ໄຊຍະວົງ", "ພົມມະຈັນ", "ແກ້ວມະນີ", "ສີສຸພັນ", "ວົງພະຈັນ"),
    *("ອິນທະວົງ", "ສຸລິຍະ", "ພົນເສນາ", "ຈັນທະວົງ", "ບຸດຕະວົງ"),
)
# Number, name, the last digit of the phone, the child's age in months, language, PIN.
_ENROLLED = (
    (1, "ນາງ ບຸນມີ ໄຊຍະວົງ", 1, 4, "lo", ""),
    (3, "ນາງ ສົມພອນ ແກ້ວມະນີ", 3, 7, "lo", ""),
    (4, "ນາງ ນ້ອຍ ແກ້ວມະນີ", 3, 5, "lo", ""),
    (5, "ນາງ ວັນນາ ສີສຸພັນ", 4, 6, "lo", "4321"),
    (6, "ນາງ ຈັນທາ ອິນທະວົງ", 5, 5, "lo_Latn", ""),
    (7, "ນາງ ດາວອນ ສຸລິຍະ", 6, 8, "lo", ""),
)
_OTHERS = 60
_STATUSES = (*("enrolled",) * 12, "applied", "applied", "verified", "suspended", "exited")
_LOCALES = (*("lo",) * 7, "", "lo_Latn", "en")
# Three days ahead most often: the day of the first reminder.
_PAID_IN_DAYS = (3, 3, 1, 6, 10, 17, 24)


@dataclass(frozen=True)
class Person:
    """One row of the beneficiaries' file; `due_in` days to the next payment, None for none.

    `last_status` is what became of the payment before.
    """

    registration_no: str
    name: str
    msisdn: str
    status: str
    locale: str
    village: tuple[str, str, str, str]
    edd: date | None = None
    child_dob: date | None = None
    due_in: int | None = None
    last_status: str = "paid"
    pin: str = ""
    phone_owner: str = "self"

    def row(self) -> dict[str, str]:
        province, district, health_centre, village = self.village
        return {
            "registration_no": self.registration_no,
            "name": self.name,
            "msisdn": self.msisdn,
            "locale": self.locale,
            "status": self.status,
            "category": "child" if self.child_dob else "pregnant",
            "edd": self.edd.isoformat() if self.edd else "",
            "child_dob": self.child_dob.isoformat() if self.child_dob else "",
            "province": province,
            "district": district,
            "village": village,
            "health_centre": health_centre,
            "pay_point": self.pay_point,
            "consent_payment": "yes",
            "consent_health": "yes",
            "pin": self.pin,
            "phone_owner": self.phone_owner,
        }

    @property
    def pay_point(self) -> str:
        return f"ບ້ານ {self.village[3]}"


def _villages() -> list[tuple[str, str, str, str]]:
    return [
        (province, district, health_centre, village)
        for province, district, health_centre, villages in _PLACES
        for village in villages
    ]


def fixed_callers(on: date) -> list[Person]:
    """+8562055500001 to 06; the third has two beneficiaries on one phone."""
    villages = _villages()
    next_on = on + timedelta(days=9)
    while next_on.weekday() >= 5:
        next_on += timedelta(days=1)
    enrolled = [
        Person(
            registration_no=f"2600000{number}",
            name=name,
            msisdn=f"+856205550000{caller}",
            status="enrolled",
            locale=locale,
            village=villages[(number - 1) % 4],
            child_dob=add_months(on, -months),
            due_in=(next_on - on).days,
            pin=pin,
        )
        for number, name, caller, months, locale, pin in _ENROLLED
    ]
    applied = Person(
        registration_no="26000002",
        name="ນາງ ຄຳຫຼ້າ ພົມມະຈັນ",
        msisdn="+8562055500002",
        status="applied",
        locale="lo",
        village=villages[3],
        edd=on + timedelta(weeks=12),
    )
    return [*enrolled, applied]


def others(on: date) -> Iterator[Person]:
    """Sixty more, the same at every call for the same day."""
    random = Random(856)  # noqa: S311 - the same people at every start
    villages = _villages()
    for index in range(_OTHERS):
        status = random.choice(_STATUSES)
        born = index % 4 != 0
        days = random.randrange(10, 360)
        operator = random.choice((2, 5, 7, 9))
        has_phone = index % 9 != 5
        yield Person(
            registration_no=f"26000{100 + index}",
            name=f"ນາງ {random.choice(_GIVEN)} {random.choice(_FAMILY)}",
            msisdn=f"+85620{operator}5510{index:03}" if has_phone else "",
            status=status,
            locale=random.choice(_LOCALES),
            village=villages[index % len(villages)],
            edd=None if born else on + timedelta(days=days % 170),
            child_dob=on - timedelta(days=days) if born else None,
            due_in=_PAID_IN_DAYS[index % len(_PAID_IN_DAYS)] if status == "enrolled" else None,
            last_status="missed" if index % 14 == 6 else "paid",
            phone_owner=random.choice(("self", "self", "family", "neighbour")),
        )
