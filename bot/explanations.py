"""What the error of a dead letter means in words, and what an operator can do about it. Pure."""

import re
from dataclasses import dataclass
from typing import Final, cast

from storage.dead_letters import Box, DeadLetter


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, and what to do now, each in a sentence or two."""

    meaning: str
    remedy: str


_INBOX: Final = {
    "ParseError": Explanation(
        "The platform sent something in a shape that the bot does not know.",
        "After an update of the bot, replay it. If it stays unreadable, drop it.",
    ),
    "SealError": Explanation(
        "It was sealed with another secret than those in VERTELBOT_SECRET_KEY.",
        "Put that secret behind the others in VERTELBOT_SECRET_KEY, start the servers again and replay it.",
    ),
    "UnpublishedFlowError": Explanation(
        "It belongs to a conversation whose flow version is not in this database.",
        "Publish that flow again, then replay it.",
    ),
}
_FAULT: Final = Explanation(
    "The bot itself failed, again and again; the person did nothing wrong and got no answer.",
    "Report the fault with its line above, or update the bot; then replay it.",
)
_OUTBOX: Final = {
    "RefusedError": Explanation(
        "The platform refuses this message as it is, also as text alone.",
        "Mend the text or the options in the flow. Retry it only if the platform changed.",
    ),
    "UncertainError": Explanation(
        "The connection broke twice while it was sent; it may have arrived.",
        "Retry it if the conversation stands still. A reminder is never sent twice on Telegram.",
    ),
    "NotSentError": Explanation(
        "The platform could not be reached for several minutes; it was not sent.",
        "Look whether the network and the platform's address work, then retry it.",
    ),
    "UnavailableError": Explanation(
        "The platform had a disturbance; it was not sent.",
        "Look at the platform's status page; when it is over, retry it.",
    ),
    "ThrottledError": Explanation(
        "The platform asked for patience for a whole day; it was not sent.",
        "Drop it if it is too old to be of use. Ask the platform for a higher limit if this comes back.",
    ),
    "RecipientGoneError": Explanation(
        "The person blocked the bot or is no longer there.",
        "Nothing: when they write again they are answered. Drop it.",
    ),
    "MovedError": Explanation(
        "The conversation has another address at the platform now.",
        "Drop it; the conversation goes on there.",
    ),
    "WindowClosedError": Explanation(
        "WhatsApp takes no free text more than a day after the person's last message.",
        "Retry it once the person wrote again.",
    ),
    "MisconfiguredError": Explanation(
        "The channel's token, number or rights are wrong.",
        "Run `vertelbot doctor`, mend what it says, then retry it.",
    ),
}
_OUTBOX_UNKNOWN: Final = Explanation(
    "The platform gave an error that the bot does not know; it may have arrived.",
    "Look the code up at the platform. Retry it if the conversation stands still.",
)
_LOST: Final = {
    "gone": _OUTBOX["RecipientGoneError"],
    "stopped": Explanation(
        "The person asked for no more messages.",
        "Nothing: when they ask to start again they are answered. Drop it.",
    ),
}
_ELSEWHERE: Final = Explanation(
    "The person has written from another address meanwhile, and is answered there.", "Drop it."
)
_EMPTY: Final = Explanation("Its content is gone, so it cannot be put back.", "Drop it.")

_CLASS: Final = re.compile(r"([A-Z]\w+Error)\b")
_TWILIO_CODE: Final = re.compile(r"\((\d{5})\)")


def explain(box: Box, letter: DeadLetter) -> Explanation:
    """Explain a dead letter from its error, its channel and whether its person can be written to."""
    if letter.lost:
        return _LOST[letter.lost]
    found = _CLASS.match(letter.error)
    name = found[1] if found else ""
    if box == "inbox":
        explained = _INBOX.get(name, _FAULT)
    elif "another address" in letter.error:
        explained = _ELSEWHERE
    else:
        explained = _OUTBOX.get(name, _OUTBOX_UNKNOWN)
    if not letter.kept:
        return Explanation(explained.meaning, _EMPTY.meaning + " " + _EMPTY.remedy)
    code = _TWILIO_CODE.search(letter.error) if letter.channel in ("whatsapp", "sms") else None
    if code is None:
        return explained
    page = f"https://www.twilio.com/docs/api/errors/{code[1]} says more."
    return Explanation(explained.meaning, f"{explained.remedy} {page}")


def mask(value: object) -> object:
    """The shape of a JSON value: its keys and the kinds of its values, without any value."""
    match value:
        case dict():
            return {str(key): mask(each) for key, each in cast("dict[object, object]", value).items()}
        case list():
            return [mask(each) for each in cast("list[object]", value)]
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text" if value else "empty text"
        case _:
            return "nothing"
