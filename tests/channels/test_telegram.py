"""The Telegram channel: what an utterance becomes, what errors mean, and what the doctor is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.channels.channel import Channel
from bot.channels.delivery_errors import RefusedError
from bot.channels.telegram import Telegram, TelegramSettings
from channels.parcels import send_all
from channels.telegram_server import (
    TOKEN,
    TelegramServer,
)
from flows.outbound import MessageKind, Option, Progress, Utterance

CHAT = "700100"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240"><circle cx="120" cy="120" r="90"/></svg>'
)
PNG = b"\x89PNG\r\n"
ZONES = ("top", "top-left", "top-right", "middle", "left", "left-right", "right")
EXTRAS = (Option("na", "Past niet"), Option("dk", "Weet ik niet"), Option("skip", "Sla over"))


@pytest.fixture
def server(telegram: TelegramServer) -> TelegramServer:
    """The fake Telegram, by the name that is shortest here."""
    return telegram


@pytest_asyncio.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    """Make the channel, talking to the fake."""
    async with _make(server.url, timeout=10) as channel:
        yield channel


def _make(url: str, *, token: str = TOKEN, timeout: float = 10) -> Telegram:
    return Telegram(TelegramSettings(token, ("secret",), url), lambda _path: PICTURE, timeout=timeout)


async def _deliver(channel: Telegram, utterance: Utterance, reference: str = "r1") -> str | None:
    return await send_all(channel, CHAT, utterance, reference=reference)


def _options(*labels: str, pictures: bool = False) -> tuple[Option, ...]:
    return tuple(
        Option(f"c{number}", label, f"pictures/{number}.svg" if pictures else None)
        for number, label in enumerate(labels, start=1)
    )


async def test_is_a_channel(channel: Telegram) -> None:
    """Telegram is a channel by the house's contract."""
    same: Channel = channel
    assert (same.name, channel.bot_id) == ("telegram", "123456")


async def test_plain_text(server: TelegramServer, channel: Telegram) -> None:
    """A text is sent as it is, without marking up, previews or buttons, and its id comes back."""
    number = await _deliver(channel, Utterance("*Dag* <b>Noa</b> https://example.org", "nl"))
    (message,) = server.sent
    assert (message.chat_id, str(message.message_id)) == (CHAT, number)
    assert message.text == "*Dag* <b>Noa</b> https://example.org"
    assert message.buttons == []
    assert "parse_mode" not in message.fields
    assert message.fields["link_preview_options"] == '{"is_disabled": true}'


async def test_progress(server: TelegramServer, channel: Telegram) -> None:
    """The progress stands in front of the text."""
    await _deliver(channel, Utterance("Wat voelde je?", "nl", "text", progress=Progress(2, 5)))
    assert server.sent[0].text == "Stap 2 van 5\nWat voelde je?"


@pytest.mark.parametrize("kind", ["say", "consent", "story", "text", "choice", "review", "confirm"])
async def test_every_kind(server: TelegramServer, channel: Telegram, kind: MessageKind) -> None:
    """Every kind of message shows its options two a row and its extras below."""
    options = (Option("ja", "Ja"), Option("nee", "Nee"), Option("meer", "Lees meer"))
    await _deliver(channel, Utterance("Doe je mee?", "nl", kind, "stap", options, EXTRAS))
    assert server.sent[0].buttons == [
        [("Ja", "stap|ja"), ("Nee", "stap|nee")],
        [("Lees meer", "stap|meer")],
        [("Past niet", "stap|na"), ("Weet ik niet", "stap|dk"), ("Sla over", "stap|skip")],
    ]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        pytest.param(["a" * 18] * 6, [2, 2, 2], id="six of 18 characters"),
        pytest.param(["a", "a" * 19], [1, 1], id="one of 19 characters"),
        pytest.param(["a"] * 7, [1] * 7, id="seven"),
        pytest.param(["a"] * 3, [2, 1], id="three"),
    ],
)
async def test_rows(server: TelegramServer, channel: Telegram, labels: list[str], rows: list[int]) -> None:
    """Options stand two a row while they are short and few, else one a row."""
    await _deliver(channel, Utterance("Kies", "nl", "choice", "s", _options(*labels)))
    assert [len(row) for row in server.sent[0].buttons] == rows


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        pytest.param("a" * 12, [3], id="12 characters"),
        pytest.param("a" * 13, [2, 1], id="13 characters"),
        pytest.param("a" * 19, [1, 1, 1], id="19 characters"),
    ],
)
async def test_rows_of_extras(server: TelegramServer, channel: Telegram, label: str, rows: list[int]) -> None:
    """Extras fill a row while they are short."""
    await _deliver(channel, Utterance("Kies", "nl", "choice", "s", extras=_options(label, "b", "c")))
    assert [len(row) for row in server.sent[0].buttons] == rows


async def test_triad_short(server: TelegramServer, channel: Telegram) -> None:
    """A triad with short labels stands as a triangle of buttons, its extras below."""
    options = tuple(Option(code, code) for code in ZONES)
    await _deliver(channel, Utterance("Wat gaf de doorslag?", "nl", "triad", "drijf", options, EXTRAS))
    (message,) = server.sent
    labels = [[label for label, _ in row] for row in message.buttons]
    assert labels[:4] == [["top"], ["top-left", "top-right"], ["middle"], ["left", "left-right", "right"]]
    assert labels[4] == ["Past niet", "Weet ik niet", "Sla over"]
    assert message.data_of("left-right") == "drijf|left-right"
    assert (message.text, message.photo) == ("Wat gaf de doorslag?", None)


async def test_triad_long(server: TelegramServer, channel: Telegram) -> None:
    """With a long label the buttons hold numbers; the labels stand in a list under the numbered triangle."""
    options = tuple(Option(code, f"Iets langs over {code}") for code in ZONES)
    utterance = Utterance("Wat gaf de doorslag?", "nl", "triad", "drijf", options, EXTRAS)
    await _deliver(channel, utterance)
    (message,) = server.sent
    labels = [[label for label, _ in row] for row in message.buttons]
    assert labels[:4] == [["1"], ["2", "3"], ["4"], ["5", "6", "7"]]
    assert message.data_of("6") == "drijf|left-right"
    assert message.words.startswith(
        "Wat gaf de doorslag?\n\n1. Iets langs over top\n2. Iets langs over top-left"
    )
    assert (message.photo or b"").startswith(PNG)


@pytest.mark.parametrize(("length", "lengths"), [(4096, [4096]), (4097, [4096, 1])])
async def test_text_at_limit(
    server: TelegramServer, channel: Telegram, length: int, lengths: list[int]
) -> None:
    """4096 code points go in one message, also when each is four bytes; one more goes in a second."""
    await _deliver(channel, Utterance("🌱" * length, "nl"))
    assert [len(message.words) for message in server.sent] == lengths


async def test_text_over_limit(server: TelegramServer, channel: Telegram) -> None:
    """A longer text is split at sentences; the buttons come with the last piece, whose id comes back."""
    text = "Dit is een zin van iets. " * 400
    number = await _deliver(channel, Utterance(text, "nl", "confirm", "s", _options("Ja", "Nee")))
    assert " ".join(message.words for message in server.sent) == text.strip()
    assert [message.labels for message in server.sent] == [[], [], ["Ja", "Nee"]]
    assert all(message.words.endswith(".") for message in server.sent)
    assert number == str(server.sent[-1].message_id)


async def test_pictures(server: TelegramServer, channel: Telegram) -> None:
    """Options with pictures come as one numbered sheet, which is uploaded once."""
    utterance = Utterance(
        "Wie was je?", "nl", "choice", "rol", _options("Gids", "Muur", pictures=True), EXTRAS
    )
    await _deliver(channel, utterance)
    await _deliver(channel, utterance)
    first, second = server.sent
    assert (first.photo or b"").startswith(PNG)
    assert (second.photo, bool(second.file_id)) == (None, True)
    for message in (first, second):
        assert message.caption == "Wie was je?"
        assert message.buttons[0] == [("1. Gids", "rol|c1"), ("2. Muur", "rol|c2")]
        assert message.labels[2:] == ["Past niet", "Weet ik niet", "Sla over"]


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        pytest.param(1024, [(None, 1024)], id="at the limit"),
        pytest.param(1025, [(1025, None), (None, None)], id="over the limit"),
    ],
)
async def test_caption(
    server: TelegramServer, channel: Telegram, length: int, shown: list[tuple[int | None, int | None]]
) -> None:
    """A text too long for a caption goes before the picture; the buttons stay with the picture."""
    await _deliver(channel, Utterance("a" * length, "nl", "choice", "s", _options("Gids", pictures=True)))
    lengths = [
        (message.text and len(message.text), message.caption and len(message.caption))
        for message in server.sent
    ]
    assert lengths == shown
    assert [message.labels for message in server.sent][-1] == ["1. Gids"]


async def test_pictures_in_part(server: TelegramServer, channel: Telegram) -> None:
    """An option without a picture keeps its number, so that numbers on sheet and buttons agree."""
    options = (Option("a", "A", "a.svg"), Option("b", "B"), Option("c", "C", "c.svg"), Option("d", "Anders"))
    await _deliver(channel, Utterance("Kies", "nl", "choice", "s", options))
    assert server.sent[0].labels == ["1. A", "2. B", "3. C", "4. Anders"]
    assert server.sent[0].photo


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(FileNotFoundError("weg"), id="no file"),
        pytest.param(KeyError("weg"), id="no such picture"),
        pytest.param(ValueError("kapot"), id="a broken picture"),
    ],
)
async def test_picture_missing(server: TelegramServer, failure: Exception) -> None:
    """Without its pictures the question is sent as text and buttons at the next try."""

    def fail(_path: str) -> str:
        raise failure

    question = Utterance("Wie?", "nl", "choice", "s", _options("Gids", pictures=True))
    async with Telegram(TelegramSettings(TOKEN, ("secret",), server.url), fail) as channel:
        with pytest.raises(RefusedError) as caught:
            await _deliver(channel, question)
        assert caught.value.simpler
        await send_all(channel, CHAT, question, plain=True)
    assert (server.sent[0].text, server.sent[0].labels) == ("Wie?", ["Gids"])


@pytest.mark.parametrize(
    ("utterance", "code"),
    [
        pytest.param(Utterance("  ", "nl"), "no text", id="no text"),
        pytest.param(
            Utterance("a", "nl", "choice", "s" * 34, (Option("c" * 30, "a"),)), "64 bytes", id="65 bytes"
        ),
        pytest.param(
            Utterance("a", "nl", "choice", "s", _options(*["a"] * 101)), "100 buttons", id="101 buttons"
        ),
        pytest.param(Utterance("half \ud83c", "nl"), "half a character", id="half a character"),
    ],
)
async def test_refused_before(
    server: TelegramServer, channel: Telegram, utterance: Utterance, code: str
) -> None:
    """What Telegram would refuse is refused before it is sent."""
    with pytest.raises(RefusedError, match=code):
        await _deliver(channel, utterance)
    assert server.sent == []


async def test_button_at_limit(server: TelegramServer, channel: Telegram) -> None:
    """A step and code of 64 bytes together, and 100 buttons, are delivered."""
    await _deliver(channel, Utterance("a", "nl", "choice", "s" * 33, (Option("c" * 30, "a"),)))
    await _deliver(channel, Utterance("a", "nl", "choice", "s", _options(*["a"] * 100)))
    assert [len(message.labels) for message in server.sent] == [1, 100]


@pytest.mark.parametrize(
    ("token", "secret", "mode", "problem"),
    [
        pytest.param("abc", "s", "webhook", "token", id="no token"),
        pytest.param("1:a b", "s", "webhook", "token", id="a space in the token"),
        pytest.param(TOKEN, None, "webhook", "needs a secret", id="webhook without a secret"),
        pytest.param(TOKEN, "", "webhook", "1 to 256", id="empty secret"),
        pytest.param(TOKEN, "geheim!", "polling", "1 to 256", id="a letter Telegram forbids"),
    ],
)
def test_settings_refused(token: str, secret: str | None, mode: str, problem: str) -> None:
    """Half a configuration is refused, without showing the token."""
    secrets = () if secret is None else (secret,)
    with pytest.raises(ValueError, match=problem) as caught:
        TelegramSettings(token, secrets, mode="polling" if mode == "polling" else "webhook")
    assert token not in str(caught.value)


def test_settings_hide() -> None:
    """Printed settings show neither token nor secret."""
    shown = repr(TelegramSettings(TOKEN, ("geheim",)))
    assert TOKEN not in shown
    assert "geheim" not in shown


async def test_side_by_side(server: TelegramServer, channel: Telegram) -> None:
    """Many messages can be under way at once."""
    await asyncio.gather(*(send_all(channel, str(chat), Utterance("Dag", "nl")) for chat in range(40)))
    assert sorted(int(message.chat_id) for message in server.sent) == list(range(40))
