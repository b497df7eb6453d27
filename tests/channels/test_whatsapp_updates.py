"""What Twilio tells of a WhatsApp message becomes what the bot understands, or a ParseError."""

from typing import Any

import pytest
from hypothesis import given, settings

from bot.channels.channel import Image, Inbound, ParseError, Report, Sound, write_tap
from bot.channels.whatsapp_updates import read_form
from channels.mutated_forms import check_reading, mutate
from channels.twilio_forms import TwilioForms
from flows.inbound import Chose, Content, Said, Unreadable

ACCOUNT = "AC" + "1" * 32
FORMS = TwilioForms(ACCOUNT, "12345")
PERSON = "+31612345678"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"

READ: list[tuple[str, dict[str, str], Content | Sound | Image | None]] = [
    ("typed", FORMS.text_form(PERSON, "Hallo daar"), Said("Hallo daar")),
    ("nul", FORMS.text_form(PERSON, "Hal\0lo"), Said("Hallo")),
    ("tap-like words", FORMS.text_form(PERSON, "gevoel|blij"), Said("gevoel|blij")),
    ("empty", FORMS.text_form(PERSON, ""), None),
    ("blank", FORMS.text_form(PERSON, " \n"), None),
    ("button", FORMS.button_form(PERSON, "Ja", write_tap("consent", "yes")), Chose(("yes",), "consent")),
    ("button without step", FORMS.button_form(PERSON, "Ja", "|yes"), Chose(("yes",), None)),
    ("strange button", FORMS.button_form(PERSON, "Ja", "payload_7"), Said("Ja")),
    ("list", FORMS.list_form(PERSON, "Blij", write_tap("gevoel", "blij")), Chose(("blij",), "gevoel")),
    ("strange list", FORMS.list_form(PERSON, "Blij", "item-7"), Said("Blij")),
    ("list title only", FORMS.list_form(PERSON, "Blij", "") | {"Body": ""}, Said("Blij")),
    (
        "id of the list in the body",
        FORMS.list_form(PERSON, "Blij", "") | {"Body": "gevoel|blij"},
        Chose(("blij",), "gevoel"),
    ),
    ("voice", FORMS.voice_form(PERSON, MEDIA), Sound("twilio", MEDIA)),
    ("voice, codecs", FORMS.voice_form(PERSON, MEDIA, "audio/ogg; codecs=opus"), Sound("twilio", MEDIA)),
    ("voice as video", FORMS.voice_form(PERSON, MEDIA, "video/ogg"), Sound("twilio", MEDIA)),
    ("voice as application", FORMS.voice_form(PERSON, MEDIA, "Application/Ogg"), Sound("twilio", MEDIA)),
    ("sticker", FORMS.sticker_form(PERSON), Unreadable("sticker")),
    ("photo", FORMS.image_form(PERSON), Image("twilio", MEDIA)),
    ("photo with words", FORMS.image_form(PERSON) | {"Body": "kijk"}, Image("twilio", MEDIA)),
    ("png", FORMS.media_form(PERSON, "image", MEDIA, "image/png"), Image("twilio", MEDIA)),
    ("webp", FORMS.media_form(PERSON, "image", MEDIA, "image/webp"), Image("twilio", MEDIA)),
    ("photo as a file", FORMS.media_form(PERSON, "document", MEDIA, "image/jpeg"), Image("twilio", MEDIA)),
    ("webp as a file", FORMS.media_form(PERSON, "document", MEDIA, "image/webp"), Unreadable("sticker")),
    ("heic", FORMS.media_form(PERSON, "image", MEDIA, "image/heic"), Unreadable("photo")),
    ("video", FORMS.media_form(PERSON, "video", MEDIA, "video/mp4"), Unreadable("video")),
    ("pdf", FORMS.media_form(PERSON, "document", MEDIA, "application/pdf"), Unreadable("document")),
    ("text file", FORMS.media_form(PERSON, "document", MEDIA, "text/plain"), Unreadable("document")),
    ("vcard", FORMS.media_form(PERSON, "contacts", MEDIA, "text/vcard"), Unreadable("contact")),
    ("old vcard", FORMS.media_form(PERSON, "contacts", MEDIA, "text/x-vcard"), Unreadable("contact")),
    (
        "contact without a file",
        FORMS.text_form(PERSON, "") | {"MessageType": "contacts"},
        Unreadable("contact"),
    ),
    ("unknown file", FORMS.media_form(PERSON, "x", MEDIA, ""), Unreadable("other")),
    ("location", FORMS.location_form(PERSON), Unreadable("location")),
    ("reaction", FORMS.text_form(PERSON, "👍") | {"MessageType": "reaction"}, None),
]

MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("no sender", FORMS.text_form("", "x")),
    ("an sms", FORMS.text_form(PERSON, "x") | {"From": PERSON}),
    ("sender is a number", FORMS.text_form(PERSON, "x") | {"From": 31612345678}),
    ("body is a list", FORMS.text_form(PERSON, "x") | {"Body": ["x"]}),
    ("media not counted", FORMS.text_form(PERSON, "x") | {"NumMedia": "veel"}),
    ("sound without address", FORMS.voice_form(PERSON, "")),
    ("photo without address", FORMS.image_form(PERSON, "")),
    ("nothing at all", {}),
]


@pytest.mark.parametrize(("form", "expected"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_reads_each_kind_of_message(form: dict[str, str], expected: Content | Sound | Image | None) -> None:
    """Every kind of message becomes what the dialogue can use, or nothing."""
    sid = form["MessageSid"]
    if expected is None:
        assert read_form(form) is None
    elif isinstance(expected, Sound):
        assert read_form(form) == Inbound(PERSON, sound=expected, message=sid)
    elif isinstance(expected, Image):
        assert read_form(form) == Inbound(PERSON, image=expected, message=sid)
    else:
        assert read_form(form) == Inbound(PERSON, content=expected, message=sid)


@pytest.mark.parametrize(
    "form",
    [
        FORMS.text_form(PERSON, "STOP"),
        FORMS.text_form(PERSON, " Stop! "),
        FORMS.text_form(PERSON, "unsubscribe"),
        FORMS.button_form(PERSON, "Stop", "stop"),
    ],
    ids=["stop", "stop with signs", "unsubscribe", "button of an approved text"],
)
def test_stop_ends_contact(form: dict[str, str]) -> None:
    """Twilio does nothing with STOP on WhatsApp, so we do."""
    assert read_form(form) == Inbound(PERSON, message=form["MessageSid"], contact="stop")


def test_a_button_of_a_question_is_no_stop() -> None:
    """Whoever taps an answer that reads so, answers."""
    form = FORMS.button_form(PERSON, "Stop", write_tap("hoe-nu", "stop"))
    assert read_form(form) == Inbound(PERSON, Chose(("stop",), "hoe-nu"), message=form["MessageSid"])


def test_the_address_is_what_an_answer_is_sent_to() -> None:
    """A business-scoped id is an address like a number; of profile and other ids nothing is read."""
    form = FORMS.text_form("ID.4566aB", "hoi") | {"ExternalUserId": "ID.9", "ProfileName": "Sam de Boer"}
    inbound = read_form(form)
    assert inbound == Inbound("ID.4566aB", Said("hoi"), message=form["MessageSid"])
    assert "Sam" not in repr(inbound)


def test_statuses_are_reports() -> None:
    """What becomes of a message of ours comes through the same channel."""
    form = {
        "MessageSid": "SM1",
        "MessageStatus": "read",
        "From": "whatsapp:+3197",
        "To": f"whatsapp:{PERSON}",
    }
    assert read_form(form) == Inbound(PERSON, report=Report("SM1", "read", 4))


@pytest.mark.parametrize("form", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_malformed_forms_are_parse_errors_without_content(form: dict[str, Any]) -> None:
    """A form that lacks its shape is a ParseError, which repeats nothing of what it held."""
    with pytest.raises(ParseError) as caught:
        read_form(form)
    assert "612345678" not in str(caught.value)


_ODD = ["", "0", "1", "-1", "9" * 5000, "a|b", "|", "whatsapp:", "image/"]


@settings(deadline=None)  # the machine may be busy
@given(form=mutate([row[1] for row in READ], _ODD))
def test_mutated_forms_never_crash(form: dict[str, Any]) -> None:
    """Whatever a form turns into, reading it gives one thing, nothing or a ParseError."""
    check_reading(read_form, form)
