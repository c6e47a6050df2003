"""The words that an SMS may be made of, and what each may mean. Pure.

Each Lao word is known in Latin letters as well, by the project's romanisation, in one or with
blanks between the syllables; what people write otherwise stands beside it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from gateway.core.lao_text import compose, romanise
from gateway.ussd.syllables import syllables

# What a word may be, and the words. Lao is written without spaces, so phrases need none either.
VOCABULARY: Mapping[str, str] = {
    "polite": """please, pls, plz, ples, plis, kindly, thanks, thank you, thx, sir, madam, hello,
        ກະລຸນາ, ຂໍ, ຂໍໃຫ້, ແດ່, ແນ່, ເດີ້, ເດີ, ເດ້, ເດີ່, ຂອບໃຈ, ສະບາຍດີ, ຄັບ, ຄ່ະ, ເຈົ້າ, ໂດຍ,
        kaluna, kalouna, kho, dae, de, deu, der, khopchai, khop chai, sabaidee, sabaydi""",
    "thanks": """thanks, thank you, thank you very much, many thanks, thanks a lot, thx, ty, ok,
        okay, oke, okey, noted, understood, received, got it, i got it, got the money, got my money,
        i got the money, i got my money, i was paid, money received, received the money,
        i received the money, khopchai lai, khopchai lai lai, ຂອບໃຈ, ຂອບໃຈຫຼາຍ, ໂອເຄ, ຕົກລົງ,
        ຮັບຊາບ, ຮັບຊາບແລ້ວ, ຮູ້ແລ້ວ, ເຂົ້າໃຈ, ເຂົ້າໃຈແລ້ວ""",
    "greeting": """hello, hi, hey, good morning, good afternoon, good evening, sabaidee, sabaydee,
        sabaidi, sabai dee, sabai di, ສະບາຍດີ, ຮັນໂຫຼ, ຮາໂຫຼ, ຮາໂລ""",
    # Before what a text teaches, as the text has it: "to stop …", "? for the payday".
    "purpose": "to, for, in order to, ເພື່ອ, ຫາ",
    # The verb of "send STOP", which is copied with it.
    "sends": "send, reply, text, ສົ່ງ, ຕອບ",
    "wanting": """i, want, want to, would like, like to, id like to, i d like to, need, to me,
        for me, ຂ້ອຍ, ຂ້ານ້ອຍ, ຂະນ້ອຍ, ນ້ອງ, ເອື້ອຍ, ຢາກ, ຢາກຈະ, ຕ້ອງການ, ໃຫ້ຂ້ອຍ, ຫາຂ້ອຍ, ມາຫາຂ້ອຍ,
        khoy, khoi, khanoy, nong, yak, yakcha, tongkan, hai khoy""",
    # As in ຊ່ວຍຢຸດແດ່: "help" that asks to be so kind.
    "favour": "ຊ່ວຍ, xouay, souay",
    "stop": """stop, stopall, unsubscribe, unsubscribe me, cancel, quit, end, optout, opt out,
        remove me, no more sms, no more messages, no sms, yut, yout, yud,
        ຢຸດ, ຢຸດເຊົາ, ເຊົາ, ຍົກເລີກ, ປິດ, ບໍ່ເອົາ, ບໍ່ຮັບ, ຢ່າສົ່ງ, ບໍ່ຕ້ອງສົ່ງ, ບໍ່ຮັບຂໍ້ຄວາມ, ບໍ່ເອົາຂໍ້ຄວາມ,
        ບໍ່ຢາກຮັບ, ບໍ່ຢາກຮັບຂໍ້ຄວາມ, ບໍ່ຢາກໄດ້ຂໍ້ຄວາມ, ບໍ່ຢາກໄດ້ຮັບຂໍ້ຄວາມ, ບໍ່ຕ້ອງການຂໍ້ຄວາມ,
        ບໍ່ຕ້ອງການຮັບຂໍ້ຄວາມ, nyokleuk, nyok leuk, ya song, bo tong song, bo hap khokhouam,
        bo ao khokhouam, bo yak hap, bo yak hap khokhouam, bo yak dai khokhouam""",
    "start": """start, unstop, subscribe, resume, optin, opt in, leum, lerm, leumton, samak,
        ເລີ່ມ, ເລີ່ມຕົ້ນ, ສະໝັກ, ເປີດ""",
    "on": "on, turn on, switch on, peut, ເປີດ",
    "off": "off, turn off, switch off, pit, ປິດ",
    "receiving": "get, receive, hap, ຮັບ",
    "or": "or, lu, ຫຼື",
    "ask": """ຖາມ, tham, ຂໍເປັນຂໍ້ຄວາມ, kho pen khokhouam, by sms, amount, ຈຳນວນເງິນ,
        chamnouan ngeun""",
    "payday": """payday, pay day, paydate, pay date, payment date, vanchay, van chay, mu chay,
        vanchay ngeun, van chay ngeun, mu chay ngeun, van hap ngeun, mu hap ngeun,
        ວັນຈ່າຍ, ວັນຈ່າຍເງິນ, ມື້ຈ່າຍ, ມື້ຈ່າຍເງິນ, ວັນຮັບເງິນ, ມື້ຮັບເງິນ, ວັນເງິນອອກ, ມື້ເງິນອອກ""",
    "registration": """registration, register, longthabian, thabian, kouat thabian,
        ລົງທະບຽນ, ທະບຽນ, ກວດທະບຽນ""",
    "money": "money, payment, payments, ngeun, ngeun outnoun, ເງິນ, ເງິນອຸດໜູນ",
    "health": "health, soukhaphap, ສຸຂະພາບ",
    "named": "payment, payments, health",  # SMS without the word for it: "Payment: off"
    "knowing": "know, tell me, hou, bok, ຮູ້, ບອກ",
    "when": "when, mudai, mu dai, vandai, van dai, ມື້ໃດ, ວັນໃດ, ເມື່ອໃດ, ຍາມໃດ, ຕອນໃດ",
    "asking": """is, will, what, my, the, next, come, ຕໍ່ໄປ, ຂອງຂ້ອຍ, ແມ່ນ, ຈະ, ຊິ, si""",
    "paying": "ອອກ, ຈ່າຍ, ໄດ້, ຮັບ, ook, oak",
    "carrying": """receiving, sending, send, hap, song, ຮັບ, ສົ່ງ, ຢ່າສົ່ງ, ບໍ່ຕ້ອງສົ່ງ, ບໍ່ຢາກຮັບ,
        ບໍ່ເອົາ, ບໍ່ຮັບ, ya song, bo tong song, bo yak hap""",
    "sms": """sms, msg, msgs, message, messages, text, texts, reminder, reminders, khokhouam,
        khokhouam tuan, khokhouam cheng tuan, cheng tuan, tuan, notification, notifications,
        ຂໍ້ຄວາມ, ຂໍ້ຄວາມເຕືອນ, ຂໍ້ຄວາມແຈ້ງເຕືອນ, ແຈ້ງເຕືອນ, ການແຈ້ງເຕືອນ, ເຕືອນ""",
    "which": """all, every, the, these, them, your, again, about, thangmot, thouk, ni, nan,
        to this number, to my number, to this phone, to my phone, from you,
        ຫາເບີນີ້, ຫາເບີຂ້ອຍ, ມາຫາເບີນີ້, ເຂົ້າເບີນີ້,
        ທັງໝົດ, ໝົດ, ທຸກ, ອີກ, ມາ, ໃໝ່, ນີ້, ຂອງ, ເລື່ອງ, ກ່ຽວກັບ""",
    "already": "already, leo, ແລ້ວ",
    # What the menu opens a case for.
    "not_paid": """not paid, was not paid, wasnt paid, wasn t paid, not been paid,
        have not been paid, did not get paid, didnt get paid, didn t get paid, did not get money,
        did not get the money, got no money, tell us, ບໍ່ໄດ້ຮັບເງິນ, ບໍ່ໄດ້ເງິນ, ບໍ່ທັນໄດ້ຮັບເງິນ,
        ບໍ່ທັນໄດ້ເງິນ, ແຈ້ງພວກເຮົາ, bo dai hap ngeun, bo dai ngeun, bo than dai hap ngeun,
        bo than dai ngeun, cheng phouak hao""",
    "call_back": """call me, call me back, call back, phone me, ring me, ໂທກັບຫາຂ້ອຍ, ໂທກັບ,
        ໂທກັບຄືນ, ໂທກັບມາ, ໂທຫາຂ້ອຍ, ໂທຫາ, ໂທມາ, tho kap ha khoy, tho kap, tho ha khoy, tho ma""",
    "wrong_number": """wrong number, wrong person, sent to the wrong person, not my number,
        sent to the wrong number, this is the wrong number, this is not my number,
        you have the wrong number, ຜິດເບີ, ເບີຜິດ, ສົ່ງຜິດເບີ, ຜິດຄົນ, ສົ່ງຜິດຄົນ, ບໍ່ແມ່ນເບີຂ້ອຍ,
        ບໍ່ແມ່ນເບີຂອງຂ້ອຍ, phit beu, beu phit, song phit beu, phit khon, song phit khon,
        bo men beu khoy, bo men beu khong khoy""",
    "yet": "yet, still, ຍັງ, ເທື່ອ, nyang, thua",
    # Behind a request: ຢຸດບໍ່? asks as politely as "stop?" does. Before one it is no.
    "whether": "ບໍ່, ບໍ, bo",
    "help": """help, help me, info, information, menu, commands, xouay, xuay, xouaylua, souay,
        khomoun, ຊ່ວຍ, ຊ່ວຍເຫຼືອ, ຂໍ້ມູນ, ວິທີໃຊ້""",
    # Lines of the menu that no SMS answers: it tells the code to dial.
    "menu": """health, soukhaphap, ສຸຂະພາບ, health check, health checks, kouat soukhaphap, nat kouat,
        ກວດສຸຂະພາບ, ນັດກວດ, ວັນນັດ, ມື້ນັດ, ວັນກວດ, ມື້ກວດ, visit, visits, my visit, my visits,
        appointment, appointments, van nat, mu nat, who can get it, phai dai hap,
        ໃຜໄດ້ຮັບ, main menu, na tham it, ໜ້າທຳອິດ""",
    "language": "language, languages, phasa, ພາສາ",
    "lo": "lao, toua lao, script, ລາວ, ຕົວລາວ",
    "lo_Latn": "abc, latin, karaoke",
    "en": "english, eng, angkit, ອັງກິດ",
}
_LAO = "\u0e80-\u0eff"
_BESIDE_LAO = re.compile(f"(?<=[{_LAO}]) | (?=[{_LAO}])")
_OFTEN = re.compile(r"([a-z])\1{2,}")
_SPELT = re.compile(r"[a-z](?: [a-z]){2,}")


def letters_of(text: str) -> str:
    """The words of `text` in small letters, a space between two; Lao ones stand together."""
    seen = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cs"})
    plain = "".join(_plain(char) for char in compose(seen)).casefold()
    spaced = _BESIDE_LAO.sub("", " ".join(plain.split()))
    if _SPELT.fullmatch(spaced):
        spaced = spaced.replace(" ", "")
    return _OFTEN.sub(r"\1", spaced)


def _plain(char: str) -> str:
    """A wide or circled letter as it is usually written; a space for what is no letter."""
    if "\u0e80" <= char <= "\u0eff":
        return " " if char.isdigit() or not _is_lao_letter(char) else char
    if unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return ""
    usual = unicodedata.normalize("NFKC", char)
    return usual if len(usual) == 1 and usual.isalpha() else " "


def _is_lao_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and char != "\u0ec6"  # the sign of repetition


def words_of(letters: str) -> list[frozenset[str]] | None:
    """What each word of `letters_of` a text may be; None where one is no word of commands."""
    found, at = [], 0
    while at < len(letters):
        word = _WORD.match(letters, at)
        if word is None:
            return None
        found.append(_MEANINGS[_gapless(word[1])])
        at = word.end()
    return found


def _spellings(word: str) -> Iterator[tuple[str, ...]]:
    """As it is written; a Lao word in Latin letters too. In parts, between which a blank may be."""
    yield tuple(letters_of(word).split())
    if re.search(f"[{_LAO}]", word):
        parts = tuple(romanise(part).casefold() for part in syllables(compose(word)))
        whole = romanise(compose(word)).casefold()
        yield parts if _gapless(" ".join(parts)) == whole else (whole,)


def _gapless(word: str) -> str:
    return word.replace(" ", "")


def _meanings() -> tuple[dict[str, frozenset[str]], list[str]]:
    """What a word may mean, by its letters; and a pattern of each, the longest first."""
    meanings: dict[str, set[str]] = {}
    patterns: dict[str, str] = {}
    for meaning, words in VOCABULARY.items():
        for parts in (parts for word in words.split(",") for parts in _spellings(word.strip())):
            meanings.setdefault("".join(parts), set()).add(meaning)
            patterns[" ?".join(map(re.escape, parts))] = "".join(parts)
    longest_first = sorted(patterns, key=lambda pattern: len(patterns[pattern]), reverse=True)
    return {word: frozenset(found) for word, found in meanings.items()}, longest_first


_MEANINGS, _LONGEST_FIRST = _meanings()
_WORD = re.compile(f"({'|'.join(_LONGEST_FIRST)})(?:(?<![a-z])|(?![a-z])) ?")
