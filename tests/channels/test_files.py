"""Files and voice notes that go with a message: what each channel sends, and what it does where it cannot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.channels.channel import Channel, File, Parcel
from bot.channels.delivery_errors import RefusedError
from bot.channels.sms import Sms
from bot.channels.telegram import Telegram
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.whatsapp import WhatsApp
from channels.content_memory import MemoryOfContent
from channels.telegram_server import TOKEN as TELEGRAM_TOKEN
from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from flows.outbound import Attachment, Option, Utterance
from flows.phrases import phrase
from flows.values import replace
from spoken_sound import measure_voice_note
from workers.voice_notes import convert_to_voice_note

SITE, CHAT, PERSON, NUMBER = "https://vertel.example", "700100", "+31612345678", "+3197010123456"
ACCOUNT, TOKEN = "AC" + "1" * 32, "geheim-12345"
VOICE = Path(__file__).parents[1] / "fixtures" / "voice" / "verhaal.ogg"
SAID = Utterance("Doe je mee?", "nl", kind="consent", step="c", options=(Option("yes", "Ja"),))
DATA = replace(
    Utterance("Hier zijn je gegevens.", "nl"),
    attachment=Attachment("0" * 32, "file", "application/json", "mijn-gegevens.json"),
)
PATH = "/media/abc"


@pytest.fixture(scope="session")
def sound() -> bytes:
    """A voice note as our own code makes it."""
    return convert_to_voice_note(VOICE.read_bytes(), max_seconds=900)


def give(data: bytes | None) -> Callable[[], Awaitable[bytes | None]]:
    """What reads a file."""

    async def read() -> bytes | None:
        return data

    return read


def hear(data: bytes | None) -> File:
    """The words of a message as a voice note."""
    return File("voice", "audio/ogg", "voice.ogg", PATH, give(data))


def hold(data: bytes | None = b"{}", mime: str = "application/json") -> File:
    """A file."""
    return File("file", mime, "mijn-gegevens.json", PATH, give(data))


async def deliver(
    channel: Channel, to: str, said: Utterance, *files: File, plain: bool = False
) -> list[str | None]:
    """Send all parts; answers the platform's ids."""
    whole = Parcel(to, said, "r1", plain=plain, files=files)
    return [
        await channel.send(Parcel(to, said, "r1", part, plain=plain, files=files))
        for part in range(channel.count_parts(whole))
    ]


@pytest.fixture
async def tg(telegram: TelegramServer) -> AsyncIterator[Telegram]:
    """The Telegram channel."""
    settings = TelegramSettings(TELEGRAM_TOKEN, ("secret",), telegram.url)
    async with Telegram(settings, lambda _path: "", site=SITE) as channel:
        yield channel


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioServer]:
    """A fake Twilio."""
    server = TwilioServer(ACCOUNT, TOKEN)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def make_whatsapp(twilio: TwilioServer) -> AsyncIterator[Callable[[str], WhatsApp]]:
    """What makes the WhatsApp channel of a server with a public address."""
    made: list[WhatsApp] = []

    def make(site: str = SITE) -> WhatsApp:
        settings = TwilioSettings(ACCOUNT, (TOKEN,), NUMBER, api_url=twilio.url, public_url=site)
        made.append(WhatsApp(settings, remember_content=MemoryOfContent(), seconds=5))
        return made[-1]

    yield make
    for channel in made:
        await channel.close()


async def test_telegram_sends_a_voice_note_before_the_words(
    tg: Telegram, telegram: TelegramServer, sound: bytes
) -> None:
    """What Telegram takes as a voice note, and then the question with its buttons."""
    ids = await deliver(tg, CHAT, replace(SAID, aloud=True), hear(sound))

    first, second = telegram.sent
    assert None not in ids
    assert first.voice == sound
    assert measure_voice_note(sound) > 1
    assert (second.text, second.labels) == ("Doe je mee?", ["Ja"])


async def test_telegram_sends_a_document_by_its_name(tg: Telegram, telegram: TelegramServer) -> None:
    """A file arrives as it is called."""
    await deliver(tg, CHAT, DATA, hold(b'{"a": 1}'))

    assert [message.document for message in telegram.sent] == [("mijn-gegevens.json", b'{"a": 1}'), None]


async def test_telegram_without_sound_goes_on(tg: Telegram, telegram: TelegramServer) -> None:
    """Sound that could not be made keeps nobody from the words."""
    ids = await deliver(tg, CHAT, replace(SAID, aloud=True), hear(None))

    assert (ids[0], [message.text for message in telegram.sent]) == (None, ["Doe je mee?"])


async def test_what_telegram_refuses_goes_more_simply(tg: Telegram, telegram: TelegramServer) -> None:
    """A voice note that is refused stays away, a file becomes a link."""
    with pytest.raises(RefusedError) as refused:
        await deliver(tg, CHAT, SAID, hear(b"no sound"))
    await deliver(tg, CHAT, SAID, hear(b"no sound"), plain=True)
    await deliver(tg, CHAT, DATA, hold(), plain=True)

    link = phrase("nl", "file_link", link=f"{SITE}{PATH}")
    assert refused.value.simpler
    assert [message.text for message in telegram.sent] == ["Doe je mee?", link, DATA.text]


async def test_whatsapp_sends_a_link_to_sound(
    make_whatsapp: Callable[[str], WhatsApp], twilio: TwilioServer, sound: bytes
) -> None:
    """One message with the address of the sound alone, and then the words."""
    await deliver(make_whatsapp(SITE), PERSON, replace(SAID, aloud=True), hear(sound))

    first, second = twilio.sent
    assert (first.media_url, first.body) == (f"{SITE}{PATH}", "")
    assert (second.media_url, second.body) == (None, "Doe je mee?")


async def test_whatsapp_names_files_it_does_not_take(
    make_whatsapp: Callable[[str], WhatsApp], twilio: TwilioServer
) -> None:
    """A PDF goes as a file, JSON as a link; without https there is no sound, and links all the same."""
    await deliver(make_whatsapp(SITE), PERSON, DATA, hold(mime="application/pdf"))
    await deliver(make_whatsapp(SITE), PERSON, DATA, hold())
    await deliver(make_whatsapp("http://127.0.0.1"), PERSON, SAID, hear(b"OggS"))

    link = phrase("nl", "file_link", link=f"{SITE}{PATH}")
    assert [(each.media_url, each.body) for each in twilio.sent] == [
        (f"{SITE}{PATH}", ""),
        (None, DATA.text),
        (None, link),
        (None, DATA.text),
        (None, "Doe je mee?"),
    ]


async def test_sms_names_the_file(twilio: TwilioServer) -> None:
    """A text message holds the link to a file; a voice note of the words is nowhere."""
    channel = Sms(TwilioSettings(ACCOUNT, (TOKEN,), None, NUMBER, twilio.url, SITE), seconds=5)
    await deliver(channel, PERSON, DATA, hold())
    await deliver(channel, PERSON, replace(Utterance("Dag", "nl"), aloud=True), hear(b"OggS"))
    await channel.close()

    first, second = twilio.sent
    assert first.body == f"{phrase('nl', 'file_link', link=f'{SITE}{PATH}')}\n\n{DATA.text}"
    assert second.body == "Dag"
