"""What answers of the web chat tell: the tokens of new conversations, and what is asked in one."""

import json
import re
from typing import Any, Final

from fuzz.pipe import Reply, Shot
from fuzz.platforms import AcceptingPlatforms

_COOKIE: Final = re.compile(r"vertelbot_chat=([A-Za-z0-9_-]{20,})")
_CREATED: Final = 201
_OK: Final = 200


def find_tokens(reply: Reply) -> list[str]:
    """The token that a new conversation got, by the API or by the page."""
    found = _COOKIE.findall(reply.headers.get("set-cookie", ""))
    if reply.status == _CREATED:
        found.append(json.loads(reply.body)["token"])
    return found


def count_said(reply: Reply) -> int:
    """How many messages the bot said in a conversation."""
    return sum(message["from"] == "bot" for message in json.loads(reply.body)["messages"])


def note_messages(platforms: AcceptingPlatforms, shot: Shot, reply: Reply) -> None:
    """Note what can be tapped in a conversation that was read."""
    if reply.status != _OK:
        return
    messages: list[dict[str, Any]] = json.loads(reply.body)["messages"]
    shown = platforms.find(shot.headers[0][1].decode().removeprefix("Bearer "))
    for message in messages[-2:]:
        codes = [option["code"] for option in message.get("options", ())] + list(message.get("allow", ()))
        shown.note_taps([f"{message.get('step', '')}|{code}" for code in codes])
