"""What an SMS asks for, in every dress that people and phones give it."""

import pytest

from gateway.messaging.receiving.keywords import Command, understand
from gateway.messaging.receiving.vocabulary import VOCABULARY

STOP, START, ASK, HELP = Command("stop"), Command("start"), Command("ask"), Command("help")
HEALTH, PAYMENT = Command("stop", "health"), Command("stop", "payment")
LAO, LATIN, ENGLISH = (Command("language", locale=one) for one in ("lo", "lo_Latn", "en"))
NOT_PAID, CALL_BACK, WRONG = Command("not_paid"), Command("call_back"), Command("wrong_number")
THANKS, GREETING = Command("thanks"), Command("greeting")
BLANK, OTHER = Command("blank"), Command("other")

TEXTS: dict[Command, list[str]] = {
    STOP: [
        "STOP", "Stop!", "stop-", "stop.", " stop ", "STOP STOP", "STOP ALL", "stop sms",
        "StopAll", "Unsubscribe", "cancel", "END", "opt-out", "OPT OUT!", "OptOut",
        "Unsubscribe me", "‘stop’", "«STOP»", "„Stop“", "STOP—", "—stop—", "STOP…", "¡STOP!",
        "STOP。", "【STOP】",
        "STOP™", "STOP 🛑", "🛑STOP🛑", "STOP👩🏽\u200d🍼", "STOP❤\ufe0f",
        "ｓｔｏｐ", "ⓢⓣⓞⓟ", "🅂🅃🄾🄿", "𝐒𝐓𝐎𝐏", "S T O P",
        "s.t.o.p.", "ST\u200dOP", "\u2066stop\u2069",
        "stop\u00a0", "\ufeffSTOP", "S\u00adTOP", "STOPPPP", "stop\u0336", "Please stop",
        "stop, please!", "Plz STOP thx", "kindly stop", "stop messages", "Stop the sms",
        "stop sending messages", "STOP ALL REMINDERS", "stop these texts", "no more sms",
        "stop 1", "yut", "Yout khokhouam", "yut hap khokhouam de", "kho yut dae", "ຢຸດ",
        "ຢຸ\u200bດ", "ຢ\u200dຸດ", "«ຢຸດ»", "ຢຸດ🙏🏽", "ຢຸດຢຸດ", "ຢຸດ ທັງໝົດ", "ຢຸດສົ່ງ",
        "ຢຸດຮັບຂໍ້ຄວາມ", "ຢຸດ ສົ່ງ ຂໍ້ຄວາມ ແດ່", "ກະລຸນາຢຸດ", "ຂໍ ຢຸດ ເດີ້", "ຢຸດເດີ້",
        "ຢຸດແນ່ຄັບ", "ຂໍຢຸດຮັບຂໍ້ຄວາມແດ່", "ຢຸດເຊົາ", "ຍົກເລີກຂໍ້ຄວາມ", "ຢ່າສົ່ງຂໍ້ຄວາມມາອີກ",
        "ຢຸດທຸກຂໍ້ຄວາມ", "Yut thouk khokhouam", "Stop every SMS",
        "ຢຸດຮັບ", "ຢຸດຮັບແດ່", "yut khokhouam", "ເຊົາ", "ຂ້ອຍຢາກຢຸດ", "ຂ້ອຍຢາກຢຸດຮັບຂໍ້ຄວາມແດ່",
        "khoy yak yut", "I want to stop", "i'd like to stop, please", "ຊ່ວຍຢຸດແດ່", "ຊ່ວຍຢຸດຂໍ້ຄວາມແດ່",
        "ຢຸດຂໍ້ຄວາມແຈ້ງເຕືອນ", "ຢຸດຂໍ້ຄວາມເຕືອນນີ້", "yut khokhouam cheng tuan", "turn off sms",
        "ຢຸດສົ່ງຂໍ້ຄວາມໃຫ້ຂ້ອຍ", "ຂ້ອຍບໍ່ຢາກຮັບຂໍ້ຄວາມ", "ບໍ່ຢາກຮັບອີກ", "bo yak hap khokhouam",
        "ປິດຂໍ້ຄວາມ", "ປິດຂໍ້ຄວາມ🙏", "pit khokhouam", "SMS: off", "ya song khokhouam",
        "ບໍ່ຮັບຂໍ້ຄວາມ", "ບໍ່ຕ້ອງສົ່ງຂໍ້ຄວາມ", "ຢຸດຮັບຂໍ້ຄວາມທັງໝົດ", "STOP ແດ່", "ຂໍ STOP",
        "ຢຸດທຸກຂໍ້ຄວາມຫາເບີນີ້", "ຢາກຢຸດທຸກຂໍ້ຄວາມຫາເບີນີ້: ສົ່ງ ຢຸດ", "ສົ່ງ ຢຸດ", "ສົ່ງຢຸດ", "song yut",
        "send STOP", "reply: stop", "ຕອບ ຢຸດ", "ສົ່ງ ຢຸດ ຫາ 1234", "ຢຸດ ເພື່ອຢຸດຂໍ້ຄວາມ",
        "yut phua yut khokhouam",
        "yut thouk khokhouam ha beu ni", "STOP to end SMS", "stop every SMS to this phone",
        "ປິດ", "ປິດແດ່", "ບໍ່ເອົາ", "ບໍ່ເອົາແລ້ວ", "bo ao leo", "ບໍ່ຮັບແລ້ວ", "ບໍ່ເອົາຂໍ້ຄວາມແລ້ວ",
        "nyokleuk khokhouam", "yut song khokhouam", "hello, stop", "ok stop thanks",
        "stop?", "ຢຸດບໍ່?", "ຢຸດບໍ່", "ຢຸດຂໍ້ຄວາມບໍ່?", "ຂໍຢຸດບໍ່ແດ່", "yut bo?",
    ],
    HEALTH: [
        "stop health", "STOP: HEALTH!", "ຢຸດສຸຂະພາບ", "ຢຸດ ສຸຂະພາບ ແດ່", "ຢຸດຂໍ້ຄວາມສຸຂະພາບ",
        "yut soukhaphap", "please stop health messages", "Yut khokhouam soukhaphap", "Health: off",
        "ຂ້ອຍຢາກຢຸດຂໍ້ຄວາມສຸຂະພາບ", "ຢຸດຂໍ້ຄວາມສຸຂະພາບແລ້ວ", "ປິດເຕືອນສຸຂະພາບ",
        "ຢຸດຂໍ້ຄວາມສຸຂະພາບບໍ່?",
    ],
    PAYMENT: [
        "stop payment", "ຢຸດເງິນ", "stop the payment reminders", "ຢຸດຮັບຂໍ້ຄວາມເງິນ",
        "Stop money sms", "ຢຸດຂໍ້ຄວາມເງິນ", "Yut khokhouam ngeun", "Payment: off", "ປິດເຕືອນວັນຈ່າຍ",
        "ຢຸດຂໍ້ຄວາມວັນຮັບເງິນ", "ບໍ່ຢາກຮັບຂໍ້ຄວາມເງິນ",
    ],
    START: [
        "START", "“Start”", "ＳＴＡＲＴ", "start🙂", "start again", "ເລີ່ມ", "ເລີ່ມແດ່",
        "ຂໍເລີ່ມຮັບຂໍ້ຄວາມ", "ເລີ່ມ ໃໝ່", "opt in", "please subscribe", "leum",
        "start.", "Start!", " start ", "START START", "start sms",
        "START ALL", "StartTTT", "s t a r t",
        "S.T.A.R.T.", "«START»", "‘start’", "START…", "—start", "start。", "【START】", "START™",
        "🙏START🙏", "START❤\ufe0f", "ⓢⓣⓐⓡⓣ", "𝐒𝐓𝐀𝐑𝐓",
        "ST\u200dART", "\u2066start\u2069", "start\u00a0",
        "\ufeffSTART", "start\u0336", "Please start", "start please!",
        "Plz START thx", "start messages",
        "Start the sms again", "unstop", "UNSTOP!", "opt-in",
        "OptIn", "resume", "Resume sms please",
        "turn on sms", "SMS on", "SMS: ON!", "I want to start", "i'd like to subscribe",
        "ເລີ່\u200bມ", "«ເລີ່ມ»", "ເລີ່ມ🙏🏽", "ກະລຸນາເລີ່ມ", "ຂໍເລີ່ມແດ່ເດີ້", "ຊ່ວຍເລີ່ມແດ່", "ຂ້ອຍຢາກເລີ່ມ",
        "ເລີ່ມຮັບຂໍ້ຄວາມອີກ", "ສະໝັກຮັບຂໍ້ຄວາມ", "START ແດ່", "ຮັບຂໍ້ຄວາມ", "ຂໍຮັບຂໍ້ຄວາມແດ່",
        "ຂ້ອຍຢາກຮັບຂໍ້ຄວາມ", "ຕ້ອງການຮັບຂໍ້ຄວາມແຈ້ງເຕືອນ", "ເປີດຂໍ້ຄວາມ", "Hap khokhouam", "yak hap khokhouam",
        "ຮັບ", "ຮັບແດ່", "hap", "hap de", "get", "ເປີດ", "ເປີດແດ່", "peut", "ສົ່ງ ເລີ່ມ", "send START",
        "peut khokhouam", "leum hap khokhouam", "samak hap khokhouam de",
    ],
    Command("start", "payment"): [
        "ເລີ່ມ ເງິນ", "start payment", "ຮັບຂໍ້ຄວາມເງິນ", "Hap khokhouam ngeun", "Payment: on",
        "get payment sms", "ເປີດເຕືອນວັນຈ່າຍ",
    ],
    Command("start", "health"): [
        "ຮັບຂໍ້ຄວາມສຸຂະພາບ", "Hap khokhouam soukhaphap", "Health: on", "ຂໍຮັບຂໍ້ຄວາມສຸຂະພາບແດ່",
    ],
    ASK: [
        "?", "??", "？", "¿?", "? ? ?", "?!", "(?)", "؟?", "ຖາມ", "ຖາມ?", "ngeun", "Ngeun?",
        "ເງິນ", "ເງິນ?", "money", "Money??", "payday?", "Pay day?", "ວັນຈ່າຍ", "ວັນຈ່າຍ ?",
        "ວັນຈ່າຍແດ່", "ວັນຈ່າຍເງິນ?", "ມື້ຈ່າຍເງິນ", "payment?", "vanchay?", "When is payday?",
        "when is my next payment?", "money when?", "ເງິນອອກມື້ໃດ?", "ຈ່າຍມື້ໃດ",
        "ຖາມວັນຈ່າຍແດ່", "ໄດ້ເງິນມື້ໃດ",
        "“payday”", "«money»?", "PAYDAY…", "ｐａｙｄａｙ？",
        "pay\u200dday", "payday🙏", "Payday please",
        "what is my next payday?", "tell me the payday", "i want to know my payday",
        "amount?", "By SMS",
        "van chay?", "van chay ngeun", "Van hap ngeun", "van hap ngeun de", "mu chay ngeun?",
        "ສົ່ງ ?", "send ?", "Song ?", "Song ? tham van hap ngeun", "ສົ່ງ ? ຖາມວັນຮັບເງິນ",
        "? for the payday", "ngeun ok mu dai", "ngeun ook mudai?", "ເງິນຊິອອກມື້ໃດ", "mu ngeun ok",
        "khoy yak hou van hap ngeun", "ok ngeun mu dai", "ສົ່ງເງິນມື້ໃດ", "ສະບາຍດີ, ເງິນອອກມື້ໃດ",
        "chay ngeun mu dai", "hap ngeun mu dai?", "tham van chay", "Kho pen khokhouam",
        "ວັນຈ່າຍເງິນ", "ວັນຮັບເງິນ", "ວັນຮັບເງິນ?", "ມື້ຮັບເງິນແດ່", "«ວັນຮັບເງິນ»", "ວັນຮັບເງິນ🙏🏽",
        "ວັນ\u200bຮັບເງິນ", "ວັນຮັບເງິນຂອງຂ້ອຍ", "ວັນຮັບເງິນຕໍ່ໄປແມ່ນມື້ໃດ", "ຮັບເງິນມື້ໃດ", "ມື້ໃດໄດ້ຮັບເງິນ",
        "ຂ້ອຍຢາກຮູ້ວັນຮັບເງິນ", "ຢາກຖາມວັນຮັບເງິນແດ່", "ບອກວັນຮັບເງິນແດ່", "ຂ້ອຍໄດ້ເງິນມື້ໃດ", "ຈຳນວນເງິນ",
        "ຂໍເປັນຂໍ້ຄວາມ", "ທະບຽນ", "ລົງທະບຽນ", "ຂ້ອຍຢາກລົງທະບຽນ", "Thabian", "Registration?",
    ],
    HELP: [
        "HELP", "help!", "Help?", "ｈｅｌｐ", "INFO", "info?", "ຊ່ວຍ", "ຊ່ວຍແດ່", "ຂໍຂໍ້ມູນແດ່",
        "ຊ່ວຍເຫຼືອ", "help me please", "xouay", "menu", "ພາສາ", "Language?", "information",
        "ຊ່ວຍຂ້ອຍແດ່", "ສຸຂະພາບ", "ນັດກວດ", "ນັດກວດ?", "ນັດກວດມື້ໃດ?",
        "ນັດກວດຂອງຂ້ອຍ", "My visits", "my visits?", "When is my next visit?", "nat kouat mu dai",
        "Health checks", "Soukhaphap",
        "ໃຜໄດ້ຮັບ?", "Phai dai hap",
        "ຮັບ ຫຼື ຢຸດຂໍ້ຄວາມ", "Hap lu yut khokhouam", "SMS on or off",
    ],
    LAO: [
        "Lao", "ລາວ", "ພາສາລາວ", "“ພາສາ ລາວ” ແດ່", "phasa lao",
    ],
    LATIN: [
        "ພາສາ abc", "lao abc", "Lao (abc)", "LAO-ABC", "phasa lao abc",
    ],
    ENGLISH: [
        "English", "ENGLISH please", "ອັງກິດ", "ພາສາອັງກິດ", "language: english",
    ],
    NOT_PAID: [
        "I was not paid", "i wasn't paid", "not paid yet", "I did not get the money", "Tell us",
        "ບໍ່ໄດ້ຮັບເງິນ", "ບໍ່ໄດ້ຮັບເງິນ🙏", "ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ", "ບໍ່ໄດ້ເງິນ", "ຍັງບໍ່ໄດ້ຮັບເງິນເທື່ອ", "ຂ້ອຍຍັງບໍ່ທັນໄດ້ເງິນ",
        "ບໍ່ໄດ້ຮັບເງິນ 12/11", "Bo dai hap ngeun", "khoy nyang bo dai ngeun",
    ],
    CALL_BACK: [
        "Call me back", "please call me", "call back 55512345", "ໂທກັບຫາຂ້ອຍ", "ໂທຫາຂ້ອຍແດ່",
        "ຊ່ວຍໂທກັບແດ່", "ກະລຸນາໂທກັບ", "Tho kap ha khoy", "tho ha khoy de",
    ],
    WRONG: [
        "wrong number", "Wrong number!", "this is not my number", "SMS sent to the wrong person",
        "Stop, wrong number", "ຜິດເບີ", "ສົ່ງຜິດເບີ", "ສົ່ງຜິດເບີແລ້ວ", "ຂໍ້ຄວາມສົ່ງຜິດຄົນ", "ບໍ່ແມ່ນເບີຂ້ອຍ",
        "Khokhouam song phit khon", "phit beu",
    ],
    THANKS: [
        "ຂອບໃຈ", "ຂອບໃຈເດີ້", "ຂອບໃຈຫຼາຍໆ", "ຂອບໃຈ🙏", "khopchai", "khop chai der", "Khopchai lai lai",
        "thanks", "Thank you!", "thx", "ok", "OK.", "Okay", "ໂອເຄ", "ໂອເຄ ຂອບໃຈ", "ok khopchai",
        "ຮູ້ແລ້ວ", "ເຂົ້າໃຈແລ້ວ", "ຕົກລົງ", "ໄດ້ເງິນແລ້ວ", "ຂ້ອຍໄດ້ເງິນແລ້ວ", "ໄດ້ຮັບເງິນແລ້ວ ຂອບໃຈເດີ້",
        "ຮັບເງິນແລ້ວ", "dai ngeun leo", "khoy dai hap ngeun leo", "I got the money", "ເງິນອອກແລ້ວ",
        "ໄດ້ຮັບຂໍ້ຄວາມແລ້ວ", "ຮັບຂໍ້ຄວາມແລ້ວ", "ໄດ້ຮັບແລ້ວ",
    ],
    GREETING: [
        "ສະບາຍດີ", "ສະບາຍດີ!", "ສະບາຍດີເດີ້", "ສະບາຍດີບໍ່?", "sabaidee", "Sabai dee", "sabaydi bo",
        "hello", "Hello?", "hi", "Good morning", "ຮາໂຫຼ", "hello, thank you", "sabaidi khopchai",
    ],
    BLANK: [
        "", "   ", "...", "🙏", "👍👍", "123", "55512345", "26000001", "໑໒໓",
        "*123#", "*123*1#", "1", "1.",
    ],
    OTHER: [
        "please", "ແດ່", "the bus does not stop here",
        "stop it", "stop me", "stop sending me these", "stop health now", "stop health payment",
        "don't stop", "I cannot stop crying", "ask money", "info health", "start now please",
        "my money stopped", "money stop", "stop receiving money", "they stop sending payments",
        "stop sending payments", "ຢຸດຕິ", "ຢຸດງານ", "ຢຸດຈ່າຍເງິນ", "ຢຸດຮັບເງິນ", "ຢຸດສົ່ງເງິນ",
        "ເງິນຢຸດ", "ໄດ້ເງິນ", "ລູກເຊົາໄຂ້ແລ້ວ",
        "ລົດບໍ່ຢຸດຢູ່ບ້ານ", "when?", "when will you come?", "where is my money?", "no money",
        "help my child is ill", "ຊ່ວຍລູກຂ້ອຍ", "the end", "money 300000", "payday 5/12?",
        "lao english", "I speak english", "ຄົນລາວ", "STOPOVER", "unstoppable", "restart",
        "is the", "stop " * 90, "I want money", "I get no sms", "to", "for me", "send",
        "ສົ່ງ", "ສົ່ງເງິນ", "send money", "send me money", "ບໍ່ເອົາເງິນ", "ບໍ່ຮັບເງິນ", "ok?", "ok 12/11",
        "ໄດ້ເງິນແລ້ວບໍ່?", "got the money?", "ok my child is ill", "hello my child is ill", "ແລ້ວ",
        "ຂ້ອຍຢາກໄດ້ເງິນ", "ຂ້ອຍບໍ່ຢາກຢຸດ", "ບໍ່ຢາກຮັບເງິນ",
        "ຢ່າສົ່ງເງິນ", "ຮັບເງິນ", "ຂ້ອຍລົງທະບຽນແລ້ວ", "ຍົກເລີກລົງທະບຽນ",
        "on", "i", "off money", "register or stop", "ບໍ່", "bo",
        "ບໍ່ຢຸດ", "bo yut", "ໄດ້ຮັບເງິນບໍ່?", "call the doctor", "my child has the wrong medicine",
        "ຜູ້ຈ່າຍບໍ່ມາ, ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ",
    ],
}  # fmt: skip
ROWS = [(text, command) for command, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("text", "command"), ROWS, ids=[ascii(text)[:60] for text, _ in ROWS])
def test_letters_alone_count_and_a_sentence_is_for_a_person(text: str, command: Command):
    assert understand(text) == command


@pytest.mark.parametrize("wish", ["stop", "start", "ask"])
def test_what_people_send_most_is_tried_in_sixty_spellings(wish: str):
    assert len({text for text, command in ROWS if command.wish == wish}) >= 60


@pytest.mark.parametrize("wish", ["stop", "start", "help"])
def test_every_word_of_a_wish_is_that_wish_with_a_please_too(wish: str):
    for word in VOCABULARY[wish].split(","):
        assert understand(word).wish == wish, word
        assert understand(f"{word} please!").wish == wish, word


@pytest.mark.parametrize("text", ["\0STOP", "\ud800", "ກ" * 1600, "?" * 1600, "e\u0301" * 800])
def test_odd_letters_are_no_fault(text: str):
    assert understand(text).wish in {"stop", "other", "ask", "blank"}
