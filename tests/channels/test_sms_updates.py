"""What Twilio tells of a text message becomes what the bot understands, or a ParseError."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels.channel import Image, Inbound, ParseError, Report, Sound
from bot.channels.sms_updates import read_body, read_form
from channels.mutated_forms import check_reading, mutate
from flows.inbound import Content, Said, Unreadable

ACCOUNT = "AC" + "1" * 32
PERSON = "+31612345678"
SID = "SM" + "2" * 32
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"
LONG = "Ik was op het spreekuur, en toen gebeurde er iets. Het was één groot feest… " * 4


def text_form(body: str, **fields: str) -> dict[str, str]:
    """The form of a text message."""
    form = {"MessageSid": SID, "SmsSid": SID, "AccountSid": ACCOUNT, "From": PERSON, "To": "+3197"}
    return form | {"Body": body, "NumMedia": "0", "NumSegments": "1", "FromCountry": "NL"} | fields


def media_form(*types: str, **fields: str) -> dict[str, str]:
    """The form of an MMS with files of these types."""
    files = {f"MediaContentType{place}": kind for place, kind in enumerate(types)}
    files |= {f"MediaUrl{place}": f"{MEDIA}{place}" for place in range(len(types))}
    return text_form("", NumMedia=str(len(types)), **files) | fields


READ: list[tuple[str, dict[str, str], Content | Sound | Image | None]] = [
    ("typed", text_form("Hallo daar"), Said("Hallo daar")),
    ("nul", text_form("Hal\0lo"), Said("Hallo")),
    ("a number", text_form("3"), Said("3")),
    ("a start with a code", text_form("start huis-7"), Said("start huis-7")),
    ("empty", text_form(""), None),
    ("blank", text_form(" \n"), None),
    ("no body", {"From": PERSON, "MessageSid": SID}, None),
    ("start", text_form("START"), Said("start")),
    ("unstop", text_form(" Unstop "), Said("start")),
    ("start, by the account's own word", text_form("Doorgaan", OptOutType="START"), Said("start")),
    ("yes is an answer", text_form("YES"), Said("YES")),
    ("yes is an answer, whatever Twilio makes of it", text_form("Yes", OptOutType="START"), Said("Yes")),
    ("help", text_form("help", OptOutType="HELP"), Said("help")),
    ("not the whole message", text_form("I cannot stop"), Said("I cannot stop")),
    ("stop, which this account does not act on", text_form("stop", OptOutType="HELP"), Said("stop")),
    ("photo", media_form("image/jpeg"), Image("twilio", f"{MEDIA}0")),
    ("photo with words", media_form("image/jpeg", Body="kijk"), Image("twilio", f"{MEDIA}0")),
    ("sound", media_form("audio/amr"), Sound("twilio", f"{MEDIA}0")),
    ("photo behind layout", media_form("application/smil", "image/png"), Image("twilio", f"{MEDIA}1")),
    ("tenth file", media_form(*["text/vcard"] * 9, "image/png"), Image("twilio", f"{MEDIA}9")),
    ("eleventh file", media_form(*["text/vcard"] * 10, "image/png"), Unreadable("contact")),
    ("two files that are no answer", media_form("video/mp4", "text/vcard"), Unreadable("video")),
    ("webp", media_form("image/webp"), Unreadable("sticker")),
    ("pdf", media_form("application/pdf"), Unreadable("document")),
    ("no type", media_form(""), Unreadable("other")),
]

STOPS = ["STOP", "stop", " Stop. ", "UNSUBSCRIBE", "end", "QUIT", "StopAll", "REVOKE", "OPTOUT", "cancel"]


@pytest.mark.parametrize(("form", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_reads_each_kind_of_message(form: dict[str, str], expected: Content | Sound | Image | None) -> None:
    """Every kind of message becomes what the dialogue can use, or nothing."""
    inbound = Inbound(PERSON, message=SID)
    if expected is None:
        assert read_form(form) is None
    elif isinstance(expected, Sound):
        assert read_form(form) == Inbound(PERSON, sound=expected, message=SID)
    elif isinstance(expected, Image):
        assert read_form(form) == Inbound(PERSON, image=expected, message=SID)
    else:
        assert read_form(form) == Inbound(PERSON, content=expected, message=inbound.message)


@pytest.mark.parametrize("word", STOPS)
def test_stop_ends_contact(word: str) -> None:
    """Each word of Twilio's for it, on its own, whatever its case."""
    assert read_form(text_form(word)) == Inbound(PERSON, message=SID, contact="stop")


def test_stop_by_the_accounts_own_word() -> None:
    """Where the account has its own words, Twilio says which they were."""
    assert read_form(text_form("Genoeg", OptOutType="STOP")) == Inbound(PERSON, message=SID, contact="stop")


def test_statuses_are_reports() -> None:
    """What becomes of a message of ours comes through the same channel."""
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "From": "+3197", "To": PERSON}
    assert read_form(form) == Inbound(PERSON, report=Report("SM1", "sent", 2))


def encode(text: str) -> str:
    """Base64 of a text."""
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("fields", [{"NumSegments": "3"}, {"MessageSid": "MM" + "3" * 32}])
def test_long_texts_may_come_in_base64(fields: dict[str, str]) -> None:
    """They are read where the form says that the text was long, also when Twilio broke its lines."""
    packed = encode(LONG)
    broken = "\r\n".join(packed[place : place + 76] for place in range(0, len(packed), 76))
    assert read_body(text_form(packed, **fields)) == LONG
    assert read_body(text_form(broken, **fields)) == LONG
    nul = encode(LONG[:200] + "\0" + LONG[200:])
    assert read_body(text_form(nul, **fields)) == LONG


@pytest.mark.parametrize(
    "body",
    [
        LONG,
        encode(LONG)[:-1],
        encode(LONG) + " x",
        encode("Een korte zin met spaties erin, hoi hoi hoi")[:56],
        encode("a" * 90),
        "a" * 60,
        "A" * 400,
        base64.b64encode(bytes(range(256))).decode(),
        encode("tekst met een \x07 bel en genoeg letters om lang te zijn, ja ja"),
    ],
    ids=["plain", "cut off", "words behind it", "short", "no spaces", "a's", "A's", "bytes", "unprintable"],
)
def test_what_only_looks_like_base64_is_kept(body: str) -> None:
    """Unless it is surely a text in base64, what came is what was said."""
    assert read_body(text_form(body, NumSegments="3")) == body


def test_one_segment_holds_no_long_text() -> None:
    """A message of one segment was typed as it is."""
    assert read_body(text_form(encode(LONG), NumSegments="1")) == encode(LONG)


@pytest.mark.parametrize(("length", "read"), [(45, True), (44, True), (42, False)])
def test_base64_from_sixty_characters(length: int, *, read: bool) -> None:
    """60 characters, padding included, are the least that counts."""
    text = ("woord " * 20)[: length - 1] + "."
    packed = encode(text)
    assert (read_body(text_form(packed, NumSegments="2")) == text) is read
    assert (len(packed) >= 60) is read


MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("no sender", text_form("x") | {"From": ""}),
    ("from whatsapp", text_form("x") | {"From": f"whatsapp:{PERSON}"}),
    ("sender is a number", text_form("x") | {"From": 31612345678}),
    ("body is a list", text_form("x") | {"Body": ["x"]}),
    ("media not counted", text_form("x") | {"NumMedia": "veel"}),
    ("sound without address", media_form("audio/amr", MediaUrl0="")),
    ("photo without address", media_form("image/png", MediaUrl0="")),
    ("nothing at all", {}),
]


@pytest.mark.parametrize("form", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_malformed_forms_are_parse_errors_without_content(form: dict[str, Any]) -> None:
    """A form that lacks its shape is a ParseError, which repeats nothing of what it held."""
    with pytest.raises(ParseError) as caught:
        read_form(form)
    assert "612345678" not in str(caught.value)


_ODD = ["", "0", "1", "-1", "9" * 5000, "STOP", "START", "MM", encode(LONG), "image/"]


@settings(deadline=None)  # the machine may be busy
@given(form=mutate([row[1] for row in READ], _ODD))
def test_mutated_forms_never_crash(form: dict[str, Any]) -> None:
    """Whatever a form turns into, reading it gives one thing, nothing or a ParseError."""
    check_reading(read_form, form)
