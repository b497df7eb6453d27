"""The seeds: all that a person sends on any channel, with the buttons and pages they were really shown."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any, Final, Literal

from channels.telegram_builders import CHAT, DATE, Update, Updates
from channels.twilio_forms import TwilioForms
from fuzz.mutations import Pairs, list_places
from fuzz.oddities import LONG, TEXTS, WORDS
from fuzz.platforms import ACCOUNT, Shown
from init_data import sign_init_data

BOT_TOKEN: Final = "123456:token-of-tests"
TWILIO_TOKEN: Final = "token-of-tests"
WHATSAPP_FROM: Final = "+31970100"
SMS_FROM: Final = "+31970200"
FLOWS: Final = ("aanraken", "storm", "alle-soorten", "soorten", "inwoner", "bestaat-niet")

ChannelName = Literal["telegram", "whatsapp", "sms", "web"]

STORY: Final = (
    "Ik liep door de wijk en sprak een buurvrouw. Zij vertelde over de tuin. We gaan samen planten."
)
_FAILURES: Final = ("30007", "63016", "21610", "63024", "63032", "30005", "99999", "")
"""Codes of statuses that failed; none of those for which a channel is shut for all."""

_OTHER_UPDATES: Final[tuple[Update, ...]] = (
    {"message_reaction": {"chat": {"id": CHAT, "type": "private"}, "message_id": 1, "date": DATE}},
    {"edited_channel_post": {"message_id": 1, "date": DATE, "chat": {"id": -1, "type": "channel"}}},
    {"poll_answer": {"poll_id": "1", "user": {"id": CHAT, "is_bot": False}, "option_ids": [0]}},
    {"inline_query": {"id": "1", "from": {"id": CHAT, "is_bot": False}, "query": "dag", "offset": ""}},
    {"chat_member": {"chat": {"id": -5, "type": "group"}, "from": {"id": CHAT}, "date": DATE}},
    {"business_message": {"message_id": 1, "chat": {"id": CHAT, "type": "private"}, "text": "dag"}},
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a channel. `chat` is what the platform calls them, and for the web chat their token."""

    channel: ChannelName
    chat: str


def make_person(number: int, channel: ChannelName) -> Person:
    """Person `number` on a channel that needs no token."""
    chats = {
        "telegram": str(CHAT + number),
        "whatsapp": f"whatsapp:+316{number:08}" if number % 5 else f"whatsapp:ID.{number:012}",
        "sms": f"+317{number:08}",
    }
    return Person(channel, chats[channel])


class Corpus:
    """Writes what people send, chosen by a source of randomness; `find` tells what a chat was shown."""

    def __init__(self, random: Random, find: Callable[[str], Shown]) -> None:
        self._random = random
        self._find = find
        self._numbers = count(1)
        self._forms = TwilioForms(ACCOUNT, TWILIO_TOKEN, whatsapp_from=WHATSAPP_FROM, sms_from=SMS_FROM)
        builders = Updates()
        updates = [*builders.one_of_each().values(), *_OTHER_UPDATES]
        updates += [builders.edited("anders", message_id=number) for number in range(1, 5)]
        self._updates = [json.dumps(update) for update in updates]
        self.names = sorted({name for update in updates for name in _list_names(update)} | _FIELDS)

    def write_update(self, person: Person) -> Update:
        """An update of Telegram; half of them bring a conversation on."""
        number = next(self._numbers)
        if self._random.random() < 0.5:
            update = self._write_forward(person)
        else:
            template = self._random.choice(self._updates).replace(str(CHAT), person.chat)
            update = json.loads(template)
        update["update_id"] = number
        return update

    def write_form(self, person: Person) -> Pairs:
        """A message by WhatsApp or SMS."""
        chat, random, forms = person.chat, self._random, self._forms
        taps = self._list_taps(person)
        if person.channel == "sms":
            words = self._write_words()
            form = forms.sms_form(chat, words.encode("utf-8", "replace").decode()) | {"Body": words}
            if random.random() < 0.1:
                files = [("audio/amr", "MM1"), ("image/jpeg", "MM2"), ("text/vcard", "MM3")]
                form["NumMedia"] = str(len(files))
                for place, (kind, name) in enumerate(files):
                    form |= {f"MediaUrl{place}": _media(name), f"MediaContentType{place}": kind}
            return list(form.items())
        match random.randrange(12):
            case 0:
                form = forms.voice_form(chat, _media("ME1"))
            case 1:
                form = forms.image_form(chat)
            case 2:
                form = random.choice((forms.sticker_form, forms.location_form))(chat)
            case 3:
                form = forms.text_form(chat, "") | {"MessageType": random.choice(("reaction", "contacts"))}
            case 4 | 5 | 6 | 7 if taps:
                form = forms.button_form(chat, "Titel", random.choice(taps))
            case 8 if taps:
                form = forms.list_form(chat, "Titel", random.choice(taps))
            case _:
                form = forms.text_form(chat, self._write_words())
        return list(form.items())

    def write_status(self, person: Person) -> Pairs:
        """What Twilio reports of a message to this person, or of one that nobody knows."""
        ids = list(self._find(person.chat).ids)
        sid = self._random.choice(ids) if ids and self._random.random() < 0.8 else self._forms.next_sid("SM")
        status = self._random.choice(
            ("queued", "sent", "delivered", "read", "failed", "undelivered", "nieuw")
        )
        code = self._random.choice(_FAILURES) if status in {"failed", "undelivered"} else None
        sender = f"whatsapp:{WHATSAPP_FROM}" if person.channel == "whatsapp" else SMS_FROM
        return list(self._forms.status_form(sid, status, code, to=person.chat, sender=sender).items())

    def write_start(self) -> dict[str, Any]:
        """The body that begins a web chat."""
        start: dict[str, Any] = {"flow": self._random.choice(FLOWS[:3]), "entry": "markt", "language": "nl"}
        return {name: start[name] for name in start if self._random.random() < 0.6}

    def write_post(self, person: Person) -> dict[str, Any]:
        """A message of the web chat, as JSON."""
        taps = self._list_taps(person)
        step, _, code = self._random.choice(taps).partition("|") if taps else ("", "", "yes")
        body: dict[str, Any] = {"id": f"{next(self._numbers)}-w"} | ({"step": step} if step else {})
        match self._random.randrange(8):
            case 0:
                return body | {"choices": [code, "geld"]}
            case 1:
                return body | {"point": {"x": 40, "y": 20.5}}
            case 2:
                return body | {"points": [[10, 20], None]}
            case 3 | 4:
                return {"id": body["id"], "text": self._write_words()}
            case _:
                return body | {"choice": code}

    def write_page_form(self, person: Person) -> Pairs:
        """What the web chat's page posts."""
        body = self.write_post(person)
        fields = {
            "id": body["id"],
            "step": body.get("step", ""),
            "text": str(body.get("text", "")),
            "ready": "1",
        }
        pairs = list(fields.items())
        if "choice" in body:
            pairs.append(("choice", body["choice"]))
        return pairs + [("choices", code) for code in body.get("choices", ())]

    def write_touch(self, person: Person) -> Pairs:
        """What the page for touch posts: the fields of all kinds of question at once, or a way around it."""
        random = self._random
        pairs = [("top", "20"), ("left", "30"), ("right", "50"), ("place", str(random.randint(0, 100)))]
        pairs += [("x1", "10"), ("y1", "20,5"), ("x2", "30"), ("y2", "99"), ("off3", "1")]
        if random.random() < 0.1:
            pairs.append(("way", random.choice(("skip", "dont_know", "x"))))
        if random.random() < 0.3:
            user = int(person.chat) if person.chat.isdigit() else 5
            pairs.append(("init_data", sign_init_data(BOT_TOKEN, user, datetime.now(UTC))))
        return pairs

    def find_page(self, person: Person) -> str:
        """The path of a page that the person was shown, or of one that is none."""
        pages = list(self._find(person.chat).pages)
        return self._random.choice(pages) if pages else "/canvas/AAAAAAAAAAEAAAAAqqqqqqqqqqqqqqqqqqqqqg"

    def _list_taps(self, person: Person) -> list[str]:
        shown = self._find(person.chat)
        return list(shown.old) if shown.old and self._random.random() < 0.2 else shown.taps

    def _write_forward(self, person: Person) -> Update:
        taps = self._list_taps(person)
        builders, chat = Updates(), int(person.chat)
        match self._random.randrange(25):
            case 0 | 1:
                return builders.voice("voice-1", chat_id=chat)
            case 2:
                return builders.start(self._random.choice(FLOWS), chat_id=chat)
            case 3:
                return builders.edited(self._write_words(), chat_id=chat, message_id=1)
            case 4 | 5 | 6 | 7 | 8 | 9:
                return builders.text(self._write_words(), chat_id=chat)
            case _:
                data = self._random.choice(taps) if taps else "mee|yes"
                return builders.callback(data, chat_id=chat)

    def _write_words(self) -> str:
        match self._random.randrange(30):
            case 0:
                return self._random.choice(LONG)
            case 1 | 2 | 3:
                return self._random.choice(TEXTS)
            case 4 | 5 | 6 | 7 | 8:
                return STORY
            case _:
                return self._random.choice(WORDS)


_FIELDS: Final = frozenset(
    (
        *(
            "From",
            "To",
            "Body",
            "MessageSid",
            "SmsSid",
            "AccountSid",
            "NumMedia",
            "NumSegments",
            "MessageType",
        ),
        *(
            "MediaUrl0",
            "MediaContentType0",
            "ButtonPayload",
            "ButtonText",
            "ListId",
            "ListTitle",
            "OptOutType",
        ),
        *("Latitude", "MessageStatus", "ErrorCode", "ProfileName", "WaId", "SmsStatus", "EventType"),
        *("flow", "entry", "language", "choice", "choices", "point", "points", "text", "step", "x", "y"),
        *("top", "left", "right", "place", "x1", "y1", "off1", "way", "init_data", "ready", "voice", "photo"),
    )
)


def _media(name: str) -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/{name}"


def _list_names(update: Update) -> list[str]:
    return [name for _, name in list_places(update) if isinstance(name, str)]
