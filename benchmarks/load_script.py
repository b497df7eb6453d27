"""The conversation of the load: its questions, what a person sends at each, how many messages answer that."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FLOW: Final = "meting"
TOKEN: Final = "123456:TOKEN-of-the-load"
SECRET: Final = "secret-of-the-load"
WEBHOOK_PATH: Final = "/webhooks/telegram"

END: Final = "Eindpunt"
"""Stands in the last message of a conversation and in no other, so that the fake Telegram sees it ended."""

STORY: Final = (
    "Vorige week zat ik bij een mevrouw aan de keukentafel in Utrecht. Eerst wilde ze niet praten, want ze"
    " was bang voor een brief. We maakten hem samen open en belden de gemeente. Daarna was ze opgelucht en ik"
    " was trots. Nu kom ik elke dinsdag langs, en dan drinken we koffie."
)
TITLE: Final = "De brief"
SCALE: Final = ("1", "2", "3", "4", "5")

CONSENT: Final = "Je verhaal helpt anderen. Doe je mee?"
ABOUT: Final = "Waar gaat je verhaal over?"
TELL: Final = "Vertel wat er gebeurde."
MORE: Final = "Dank je wel. Vertel gerust verder, of tik op Klaar."
NAME: Final = "Hoe noem je dit verhaal?"
FEELING: Final = "Hoe goed voelde dat?"
REVIEW: Final = "Zo bewaren we het verhaal:"
CONFIRM: Final = "Klopt de tekst?"
THANKS: Final = f"{END}. Dank je wel!"

YES_NO: Final[Mapping[str, str]] = {"mee|yes": "Ik doe mee", "mee|no": "Liever niet"}
TOPICS: Final[Mapping[str, str]] = {
    "waarover|beter": "Dit ging beter",
    "waarover|vast": "Hier liep ik vast",
    "waarover|tip": "Een tip",
}
DONE: Final[Mapping[str, str]] = {"verhaal|done": "Klaar"}
STEPS: Final[Mapping[str, str]] = {f"gevoel|{number}": number for number in SCALE}
LAST: Final[Mapping[str, str]] = {
    "verhaal:confirm|keep": "Bewaren",
    "verhaal:confirm|names": "Namen",
    "verhaal:confirm|change": "Veranderen",
    "verhaal:confirm|again": "Opnieuw",
    "verhaal:confirm|discard": "Weggooien",
}
"""What can be tapped, by what comes back; the bots beside ours show the same."""

SOURCE: Final = f"""\
format: 1
flow: {FLOW}
title: Een meting
audience: team
languages: [nl]
steps:
  - {{ask: mee, kind: consent, version: "1", text: {CONSENT}, yes: Ik doe mee, no: Liever niet}}
  - ask: waarover
    kind: choice
    text: {ABOUT}
    options:
      - {{code: beter, label: Dit ging beter}}
      - {{code: vast, label: Hier liep ik vast}}
      - {{code: tip, label: Een tip}}
  - {{ask: verhaal, kind: story, text: {TELL}}}
  - {{ask: naam, kind: text, text: {NAME}, max_length: 120, fills: title}}
  - {{ask: gevoel, kind: scale, text: {FEELING}, from: 1, to: 5, low: Niet goed, high: Heel goed}}
  - {{say: dank, text: {THANKS}}}
"""
"""The flow as our bot publishes it; the title of the story is one question of it."""

_PERSON: Final = {"is_bot": False, "first_name": "Noa", "language_code": "nl"}
_BOT: Final = {"id": 123456, "is_bot": True, "first_name": "Vertelbot", "username": "vertelbot"}
_DATE: Final = 1_800_000_000


@dataclass(frozen=True, slots=True)
class Move:
    """One message of the person, typed or tapped; how many answer it, and whether these end it all."""

    replies: int = 1
    text: str = ""
    tap: str = ""
    ends: bool = False


SCRIPT: Final = (
    Move(text=f"/start {FLOW}"),
    Move(tap="mee|yes"),
    Move(tap="waarover|vast"),
    Move(text=STORY),
    Move(tap="verhaal|done"),
    Move(text=TITLE),
    Move(tap="gevoel|4", replies=3),
    Move(tap="verhaal:confirm|keep", ends=True),
)
"""A whole conversation: 8 messages of the person, 10 of the bot; one of these is a picture."""

SHORT: Final = SCRIPT[:3]
"""Its beginning, after which the session stays open."""


def answer_once(script: Sequence[Move]) -> tuple[Move, ...]:
    """The same messages of the person, each answered by one: for a handler that knows no conversation."""
    return tuple(Move(text=move.text, tap=move.tap) for move in script)


def write_update(number: int, chat: int, move: Move) -> bytes:
    """An update of the Bot API as JSON: `number` is its own id, and serves as that of the message too."""
    place = {"id": chat, "type": "private", "first_name": "Noa"}
    person = {"id": chat, **_PERSON}
    if move.tap:
        under: dict[str, Any] = {
            "message_id": number,
            "date": _DATE,
            "chat": place,
            "from": _BOT,
            "text": "?",
        }
        tapped = {
            "id": str(number),
            "from": person,
            "chat_instance": "1",
            "data": move.tap,
            "message": under,
        }
        return json.dumps({"update_id": number, "callback_query": tapped}).encode()
    message: dict[str, Any] = {
        "message_id": number,
        "date": _DATE,
        "chat": place,
        "from": person,
        "text": move.text,
    }
    if move.text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(move.text.split()[0])}]
    return json.dumps({"update_id": number, "message": message}).encode()
