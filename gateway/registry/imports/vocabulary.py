"""The words of import files: the columns of each kind with their titles, the words for codes.

English names and codes are what systems write; the Lao ones are what people do. Whatever draws an
empty file for people takes its headings from `TITLES`.
"""

import re
from collections.abc import Iterable, Mapping

from gateway.core.lao_text import compose

FILES: Mapping[str, tuple[str, ...]] = {
    "beneficiaries": (
        "registration_no", "name", "msisdn", "locale", "status", "category", "edd", "child_dob",
        "province", "district", "village", "health_centre", "pay_point", "consent_payment",
        "consent_health", "pin", "phone_owner", "helper_msisdn",
    ),
    "payments": ("registration_no", "cycle", "due_on", "amount", "pay_point", "status"),
    "visits": ("registration_no", "visit", "done_on"),
    "payment_results": ("registration_no", "cycle", "status"),
}  # fmt: skip
OPTIONAL = frozenset({"phone_owner", "helper_msisdn"})  # a file may lack these columns

# The template's own: what stands for a number in a row that shows how it is done, and the name of
# the sheet with the words.
EXAMPLE = "ຕົວຢ່າງ (example)"
LISTS = "ລາຍການ (lists)"

SECRETS = frozenset({"pin"})  # never repeated
NUMBERS = frozenset({"registration_no", "msisdn", "helper_msisdn"})  # kept masked

# Column -> its Lao titles, the first of which is the one we write.
TITLES: Mapping[str, tuple[str, ...]] = {
    "registration_no": ("ເລກທະບຽນ", "ເລກທີທະບຽນ"),
    "name": ("ຊື່ ແລະ ນາມສະກຸນ", "ຊື່", "ຊື່ ນາມສະກຸນ"),
    "msisdn": ("ເບີໂທ", "ເບີໂທລະສັບ"),
    "locale": ("ພາສາ",),
    "status": ("ສະຖານະ",),
    "category": ("ປະເພດ",),
    "edd": ("ວັນຄາດວ່າຈະເກີດ", "ກຳນົດເກີດ"),
    "child_dob": ("ວັນເກີດຂອງລູກ", "ວັນເດືອນປີເກີດຂອງລູກ", "ວັນເກີດລູກ"),
    "province": ("ແຂວງ",),
    "district": ("ເມືອງ",),
    "village": ("ບ້ານ",),
    "health_centre": ("ສຸກສາລາ",),
    "pay_point": ("ຈຸດຈ່າຍເງິນ",),
    "consent_payment": ("ຍິນຍອມຮັບຂໍ້ຄວາມວັນຈ່າຍ",),
    "consent_health": ("ຍິນຍອມຮັບຂໍ້ຄວາມສຸຂະພາບ",),
    "pin": ("ລະຫັດລັບ",),
    "phone_owner": ("ເຈົ້າຂອງໂທລະສັບ",),
    "helper_msisdn": ("ເບີໂທຂອງຜູ້ຊ່ວຍ", "ເບີໂທຜູ້ຊ່ວຍ"),
    "cycle": ("ງວດຈ່າຍ", "ງວດ"),
    "due_on": ("ວັນຮັບເງິນ", "ວັນຈ່າຍ", "ວັນທີຈ່າຍ"),
    "amount": ("ຈຳນວນເງິນ",),
    "visit": ("ການກວດ",),
    "done_on": ("ວັນທີກວດ",),
}

# Code -> the words that say the same, the first of which is the one we write.
STATUSES: Mapping[str, tuple[str, ...]] = {
    "applied": ("ຂໍລົງທະບຽນ",),
    "verified": ("ອະນຸມັດແລ້ວ",),
    "enrolled": ("ລົງທະບຽນແລ້ວ",),
    "suspended": ("ຢຸດຊົ່ວຄາວ",),
    "rejected": ("ບໍ່ຜ່ານ",),
    "exited": ("ສິ້ນສຸດແລ້ວ", "ສິ້ນສຸດ"),
}
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "pregnant": ("ຖືພາ", "ແມ່ຍິງຖືພາ", "ແມ່ຖືພາ"),
    "child": ("ເດັກ", "ແມ່ລູກອ່ອນ", "ລູກ"),
}
PHONE_OWNERS: Mapping[str, tuple[str, ...]] = {
    "self": ("ຂອງຕົນເອງ", "ຕົນເອງ"),
    "family": ("ຄອບຄົວ", "ຄົນໃນຄອບຄົວ"),
    "neighbour": ("ເພື່ອນບ້ານ", "neighbor"),
}
LOCALES: Mapping[str, tuple[str, ...]] = {
    "lo": ("ລາວ", "ພາສາລາວ"),
    "lo_Latn": ("ລາວ (abc)", "Lao (abc)", "ພາສາລາວ ຕົວລາແຕັງ"),
    "en": ("ອັງກິດ", "ພາສາອັງກິດ", "English"),
}
PAYMENT_STATUSES: Mapping[str, tuple[str, ...]] = {
    "scheduled": ("ກຳນົດໄວ້", "ກຳນົດເວລາແລ້ວ"),
    "paid": ("ຈ່າຍແລ້ວ",),
    "missed": ("ບໍ່ໄດ້ຮັບ", "ບໍ່ມາຮັບ"),
    "cancelled": ("ຍົກເລີກແລ້ວ", "ຍົກເລີກ", "canceled"),
}
PAYMENT_RESULTS = {code: PAYMENT_STATUSES[code] for code in ("paid", "missed")}
YES_NO: Mapping[str, tuple[str, ...]] = {
    "yes": ("ຍິນຍອມ", "ແມ່ນ", "y", "true"),
    "no": ("ບໍ່ຍິນຍອມ", "ບໍ່ແມ່ນ", "ບໍ່", "n", "false"),
}
# What stands in which column; `status` means another thing in each kind of file.
WORDS: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("beneficiaries", "locale"): LOCALES,
    ("beneficiaries", "status"): STATUSES,
    ("beneficiaries", "category"): CATEGORIES,
    ("beneficiaries", "consent_payment"): YES_NO,
    ("beneficiaries", "consent_health"): YES_NO,
    ("beneficiaries", "phone_owner"): PHONE_OWNERS,
    ("payments", "status"): PAYMENT_STATUSES,
    ("payment_results", "status"): PAYMENT_RESULTS,
}

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN = re.compile(r"[\s_.:*-]+")
_PARTS = re.compile(r"[()/|\n]+")


def fold(text: str) -> str:
    """What makes two words the same: neither case, blanks and dashes, nor signs nobody sees."""
    return _BETWEEN.sub("", compose(INVISIBLE.sub("", text)).casefold())


_COLUMNS = {fold(title): column for column, titles in TITLES.items() for title in (column, *titles)}


def column_of(heading: str) -> str | None:
    """The column that a heading names; "ບ້ານ (village)" names it twice, and may."""
    whole = _COLUMNS.get(fold(heading))
    if whole is not None:
        return whole
    named = {_COLUMNS.get(fold(part)) for part in _PARTS.split(heading) if fold(part)}
    return named.pop() if len(named) == 1 else None


def headings_in(cells: Iterable[str]) -> int:
    """How many different columns, of any kind of file, a row names."""
    return len({column_of(cell) for cell in cells if cell} - {None})
