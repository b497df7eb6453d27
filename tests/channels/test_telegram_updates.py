"""Telegram's updates: what each becomes, and that nothing but ParseError comes out of broken ones."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest
from aiogram.types import Update as StrictUpdate
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.channel import PHOTO_LIMIT, Image, Inbound, ParseError, Sound, Start
from bot.channels.telegram_updates import LARGEST_FILE, arrive, read_update
from channels.telegram_builders import CHAT, Update, Updates
from flows.inbound import Chose, Corrected, Said, Unreadable, UnreadableWhat

BUILD = Updates()
ADDRESS = str(CHAT)
KINDS = BUILD.one_of_each()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("update", KINDS.values(), ids=KINDS.keys())
def test_builders_are_legal(update: Update) -> None:
    """The fake's updates pass an independent, strict reading of the Bot API."""
    StrictUpdate.model_validate(update)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Ik liep door de wijk.", "Ik liep door de wijk.", id="plain text"),
        pytest.param("  twee\nregels ", "  twee\nregels ", id="white space is kept"),
        pytest.param("/stop", "/stop", id="a command keeps its slash"),
        pytest.param("/help@vertelbot", "/help", id="a command loses the bot's name"),
        pytest.param("/stop nu maar", "/stop nu maar", id="words after a command stay"),
        pytest.param("/starten", "/starten", id="a command that only begins like start"),
        pytest.param("/", "/", id="a slash alone"),
        pytest.param("/ dag", "/ dag", id="a slash and a space"),
        pytest.param("en/of", "en/of", id="a slash inside"),
    ],
)
def test_text_is_said(text: str, said: str) -> None:
    """A typed message is what was said; a command is its word behind the slash."""
    assert _read(BUILD.text(text)) == Inbound(ADDRESS, Said(said), language="nl")


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        pytest.param("/start", None, id="no payload"),
        pytest.param("/start@vertelbot", None, id="with the bot's name"),
        pytest.param("/start wijkcoach", "wijkcoach", id="a flow"),
        pytest.param("/START wijk-1_B", "wijk-1_B", id="capitals, dash, underscore"),
        pytest.param("/start " + "a" * 64, "a" * 64, id="64 characters"),
        pytest.param("/start " + "a" * 65, None, id="65 characters"),
        pytest.param("/start één", None, id="other letters"),
        pytest.param("/start twee woorden", None, id="two words"),
    ],
)
def test_start(text: str, flow: str | None) -> None:
    """/start begins, with the payload of the link where there is a proper one."""
    assert _read(BUILD.text(text)) == Inbound(ADDRESS, start=Start(word=flow), language="nl")


@pytest.mark.parametrize(
    ("update", "sound"),
    [
        pytest.param(BUILD.voice("v", seconds=7, size=99), Sound("telegram", "v", 7.0, 99), id="voice"),
        pytest.param(BUILD.voice("v", size=None), Sound("telegram", "v", 7.0, None), id="voice, no size"),
        pytest.param(
            BUILD.voice("v", size=LARGEST_FILE), Sound("telegram", "v", 7.0, LARGEST_FILE), id="20 million"
        ),
        pytest.param(BUILD.audio("a", seconds=60, size=5), Sound("telegram", "a", 60.0, 5), id="audio"),
        pytest.param(
            BUILD.document("d", mime="audio/x-m4a", size=5), Sound("telegram", "d", None, 5), id="sound file"
        ),
    ],
)
def test_sound(update: Update, sound: Sound) -> None:
    """Voice notes and sound files can be fetched by their file id."""
    assert _read(update) == Inbound(ADDRESS, sound=sound, language="nl")


@pytest.mark.parametrize(
    ("update", "image"),
    [
        pytest.param(BUILD.photo(), Image("telegram", "size-800"), id="photo, the largest size"),
        pytest.param(BUILD.photo("kijk"), Image("telegram", "size-800"), id="photo, its caption left aside"),
        pytest.param(
            BUILD.document("d", mime="image/png", size=5),
            Image("telegram", "d", 5),
            id="photo sent as a file",
        ),
        pytest.param(
            BUILD.document("d", mime="image/webp", size=PHOTO_LIMIT),
            Image("telegram", "d", PHOTO_LIMIT),
            id="10 million bytes",
        ),
    ],
)
def test_image(update: Update, image: Image) -> None:
    """Photos, and pictures sent as files, can be fetched by their file id."""
    assert _read(update) == Inbound(ADDRESS, image=image, language="nl")


@pytest.mark.parametrize(
    ("update", "what"),
    [
        pytest.param(BUILD.voice("v", size=LARGEST_FILE + 1), "too_large", id="voice over 20 million bytes"),
        pytest.param(BUILD.audio("a", size=LARGEST_FILE + 1), "too_large", id="audio over 20 million bytes"),
        pytest.param(BUILD.sticker(), "sticker", id="sticker"),
        pytest.param(
            BUILD.document("d", mime="image/jpeg", size=PHOTO_LIMIT + 1),
            "too_large",
            id="photo over 10 million",
        ),
        pytest.param(BUILD.document("d", mime="image/heic"), "document", id="a picture we cannot read"),
        pytest.param(BUILD.video(), "video", id="video"),
        pytest.param(BUILD.video_note(), "video", id="round video"),
        pytest.param(BUILD.animation(), "video", id="animation, a document too"),
        pytest.param(BUILD.document("d"), "document", id="document"),
        pytest.param(BUILD.document("d", size=LARGEST_FILE + 1), "document", id="large document"),
        pytest.param(BUILD.location(), "location", id="location"),
        pytest.param(BUILD.venue(), "location", id="venue, a location too"),
        pytest.param(BUILD.contact(), "contact", id="contact"),
        pytest.param(BUILD.dice(), "other", id="dice"),
        pytest.param(BUILD.poll(), "other", id="poll"),
        pytest.param(BUILD.callback("old"), "other", id="a button of another bot"),
        pytest.param(BUILD.callback("step|"), "other", id="a button without a code"),
        pytest.param(BUILD.callback(None), "other", id="a button without data"),
    ],
)
def test_unreadable(update: Update, what: UnreadableWhat) -> None:
    """What cannot be an answer is said so by its kind."""
    assert _read(update) == Inbound(ADDRESS, Unreadable(what), language="nl")


@pytest.mark.parametrize(
    ("update", "chose"),
    [
        pytest.param(BUILD.callback("gevoel|gids"), Chose(("gids",), "gevoel"), id="a question's button"),
        pytest.param(BUILD.callback("|klaar"), Chose(("klaar",)), id="a button of no question"),
        pytest.param(BUILD.late_callback("a|b"), Chose(("b",), "a"), id="a message too old for Telegram"),
    ],
)
def test_tap(update: Update, chose: Chose) -> None:
    """A tap is a choice, with the question that the button belongs to."""
    assert _read(update) == Inbound(ADDRESS, chose, language="nl")


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(BUILD.group_text("dag"), id="a group"),
        pytest.param(BUILD.group_callback("a|b"), id="a button in a group"),
        pytest.param(BUILD.channel_post("dag"), id="a channel"),
        pytest.param(BUILD.inline_callback("a|b"), id="a button under an inline message"),
        pytest.param(BUILD.pinned(), id="a pinned message"),
        pytest.param({"update_id": 1, "something_new": {}}, id="a kind that does not exist yet"),
    ],
)
def test_no_turn(update: Update) -> None:
    """What nobody said to the bot is worth no turn."""
    assert read_update(update) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [
        pytest.param("nl", "nl", id="two letters"),
        pytest.param("en-GB", "en", id="with a country"),
        pytest.param("zh-hans", "zh", id="with a script"),
        pytest.param("fil", None, id="three letters"),
        pytest.param(None, None, id="none"),
    ],
)
def test_language(code: str | None, language: str | None) -> None:
    """The hint of a person's language has two letters."""
    inbound = read_update(BUILD.text("Dag", language=code))
    assert inbound is not None
    assert inbound.language == language


@pytest.mark.parametrize(
    "update",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"update_id": "1"}, id="a number in quotes"),
        pytest.param({"update_id": True}, id="a truth value"),
        pytest.param({"update_id": 2**63}, id="a number that fits no table"),
        pytest.param({"update_id": 1, "message": []}, id="a list for a message"),
        pytest.param({"update_id": 1, "message": {"text": "dag"}}, id="no chat"),
        pytest.param({"update_id": 1, "message": {"chat": {"id": 1}, "text": "dag"}}, id="no kind of chat"),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "text": 5}}, id="a number said"
        ),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "voice": {}}}, id="empty voice"
        ),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "photo": []}}, id="no sizes"
        ),
        pytest.param(
            {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}, "photo": ["x"]}}, id="odd size"
        ),
        pytest.param(
            {
                "update_id": 1,
                "callback_query": {"message": {"chat": {"id": 1, "type": "private"}}, "data": 5},
            },
            id="a number on a button",
        ),
    ],
)
def test_malformed(update: Update) -> None:
    """What has not the promised shape is a ParseError."""
    with pytest.raises(ParseError):
        read_update(update)


@pytest.mark.parametrize("name", ["text", "edited", "callback", "late callback", "blocked"])
def test_address(name: str) -> None:
    """Every update of a chat is kept under that chat, with a key and a place in the order."""
    arrival = arrive(KINDS[name], "123")
    number = KINDS[name]["update_id"]
    assert (arrival.channel, arrival.key) == ("telegram", f"tg:123:{number}")
    assert (arrival.address, arrival.order) == (ADDRESS, number)
    assert arrival.raw is KINDS[name]


def test_address_unknown() -> None:
    """An update without a chat is kept under no address."""
    assert arrive(KINDS["inline callback"], "123").address == ""


@st.composite
def broken_updates(draw: st.DrawFn) -> Any:
    """Break an update of any kind: one to three places are replaced, taken out or added to."""
    update = deepcopy(KINDS[draw(st.sampled_from(sorted(KINDS)))])
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(update))
        holder, name = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                holder[name] = draw(json_values)
            case "remove":
                del holder[name]
            case _:
                extra = draw(
                    st.sampled_from(["text", "voice", "document", "message", "from", "chat", "data"])
                )
                holder[extra if isinstance(holder, dict) else name] = draw(json_values)
        if not list(_places(update)):
            break
    return update


@given(broken_updates())
@settings(max_examples=500, deadline=None, database=None)
def test_broken_updates(update: dict[str, Any]) -> None:
    """Whatever is broken in an update, it is read, ignored or a ParseError that names no person."""
    assert all(ADDRESS not in problem for problem in _problems(update))


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query"]), json_values))
@settings(max_examples=200, deadline=None, database=None)
def test_any_json(update: dict[str, Any]) -> None:
    """Any JSON object at all is read, ignored or a ParseError that says what is wrong."""
    assert all(_problems(update))


def test_an_edit_corrects() -> None:
    """It names the message that was changed, and says what stands there now."""
    update = BUILD.edited("anders", message_id=7)
    assert read_update(update) == Inbound(ADDRESS, Corrected("anders", "7"), message="7")


def test_messages_bear_their_number() -> None:
    """So that a later edit can name what it changes."""
    update = BUILD.text("Dag")
    inbound = read_update(update)
    assert inbound is not None
    assert inbound.message == str(update["message"]["message_id"])


@pytest.mark.parametrize(
    ("status", "contact"), [("kicked", "lost"), ("left", "lost"), ("member", "regained")]
)
def test_blocked_and_back(status: str, contact: str) -> None:
    """The person blocked the bot, or let it in again; nothing was said."""
    inbound = read_update(BUILD.my_chat_member(status))
    assert inbound is not None
    assert (inbound.address, inbound.contact, inbound.content) == (ADDRESS, contact, None)


def _read(update: Update) -> Inbound | None:
    """What an update says, apart from the number of its message."""
    inbound = read_update(update)
    return None if inbound is None else replace(inbound, message=None)


def _problems(update: dict[str, Any]) -> list[str]:
    """Read an update both ways; what ParseErrors say. Any other error goes on and fails the test."""
    problems: list[str] = []
    for read in (read_update, partial(arrive, bot_id="123")):
        try:
            read(update)
        except ParseError as error:
            problems.append(str(error))
    return problems


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Walk through every place in a JSON value: (what holds it, its name or index)."""
    entries: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        entries = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        entries = list(enumerate(cast("list[Any]", value)))
    for name, inner in entries:
        yield value, name
        yield from _places(inner)
