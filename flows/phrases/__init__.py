"""The bot's own sentences and the words it always understands, per language; the texts stand in YAML."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from flows.reading.words import fold, split_words
from flows.yaml_reader import load_plain

LANGUAGES: tuple[str, ...] = ("nl", "en", "tr", "ar", "pl")
"""The languages of the bot's own sentences; the first one is the fallback."""

Command = Literal[
    "done",
    "stop",
    "go_on",
    "repeat",
    "help",
    "start",
    "back",
    "change",
    "skip",
    "language",
    "my_data",
    "take_back",
    "erase",
    "wrong",
    "read_aloud",
    "read_silently",
]
"""What a word that is the whole message asks for, at every question."""

Reply = Literal["yes", "no", "dont_know", "not_applicable"]


TWILIO_OPT_OUT = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
"""Words at which Twilio itself lets no more text messages through, until one of `TWILIO_OPT_IN` comes.

Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out, and the help article on opt-out
keywords it links to: any case, and only as a message of that one word.
"""

TWILIO_OPT_IN = frozenset({"start", "unstop", "yes"})
"""Words at which Twilio lets text messages through again; from the same source."""


def name_language(language: str) -> str:
    """What a language is called in itself; its code where the bot does not speak it."""
    return cast(str, _load(language)["name"]) if language in LANGUAGES else language


def find_language(text: str) -> str | None:
    """The language that a message names, whatever language it names it in; else None."""
    return _list_language_names().get(_fold(text)) if len(text) <= _LONGEST_COMMAND else None


def phrase(language: str, key: str, /, **values: object) -> str:
    """One sentence in a language (or the fallback language), its `{placeholders}` filled in."""
    sentence = _list_sentences(language)[key]
    return sentence.format(**values) if values else sentence


def find_command(language: str, text: str) -> Command | None:
    """The command a message is, when it is nothing but one of that language's command words.

    The words by which another language or reading aloud is asked for are understood in every language, and
    so is every word with a slash before it: such a one was chosen from a menu, which is in the language of
    the telephone.
    """
    if len(text) > _LONGEST_COMMAND:
        return None
    word = _fold(text.removeprefix("/"))
    command = _list_commands(language).get(word)
    if command is None and text.startswith("/"):
        for each in LANGUAGES:
            if (found := _list_commands(each).get(word)) is not None:
                return found
    return command or _list_common_words().get(word)


def find_reply(language: str, text: str) -> Reply | None:
    """Which plain reply a message is: yes or no, that one does not know, that it does not apply."""
    return _list_replies(language).get(_fold(text)) if len(text) <= _LONGEST_COMMAND else None


def find_opt_out(text: str) -> bool:
    """Whether a message to a phone number says: no more messages at all.

    That is one word, in any case and whatever stands around it: one of Twilio's, or of its kin in any of
    the bot's languages. It asks for more than `stop`, which only pauses a conversation; where people have
    no way to block a sender as in Telegram, it comes before all that the conversation may make of it.
    """
    return _read_word(text) in _list_opt_words("opt_out")


def find_opt_in(text: str, *, sms: bool = False) -> bool:
    """Whether a message to a phone number asks for messages again, in one word of any language.

    By text message YES does so too, for then Twilio lets messages through again; elsewhere it may well be
    an answer.
    """
    word = _read_word(text)
    return word in _list_opt_words("opt_in") and (sms or word != "yes")


_LONGEST_COMMAND = 60
"""Characters from which a message is no command: far more than any of them has."""


@lru_cache
def _list_sentences(language: str) -> Mapping[str, str]:
    return cast(Mapping[str, str], _load(language)["sentences"])


@lru_cache
def _list_replies(language: str) -> Mapping[str, Reply]:
    words = cast(Mapping[Reply, list[str]], _load(language)["replies"])
    return {_fold(word): reply for reply, group in words.items() for word in group}


@lru_cache
def _list_commands(language: str) -> Mapping[str, Command]:
    words = cast(Mapping[Command, list[str]], _load(language)["commands"])
    return {_fold(word): command for command, group in words.items() for word in group}


def _read_word(text: str) -> str:
    """The one word that a message is, folded; "" when it is another number of words."""
    words = split_words(text) if len(text) <= _LONGEST_COMMAND else []
    return words[0] if len(words) == 1 else ""


@lru_cache
def _list_opt_words(key: Literal["opt_out", "opt_in"]) -> frozenset[str]:
    own = (cast(Mapping[str, list[str]], _load(language)["contact"])[key] for language in LANGUAGES)
    folded = (word for words in own for each in words for word in split_words(each))
    return frozenset(folded) | (TWILIO_OPT_OUT if key == "opt_out" else TWILIO_OPT_IN)


@lru_cache
def _list_common_words() -> Mapping[str, Command]:
    """The words that whoever does not speak the language of the conversation must be able to say."""
    return {
        word: command
        for language in LANGUAGES
        for word, command in _list_commands(language).items()
        if command in ("language", "read_aloud")
    }


@lru_cache
def _list_language_names() -> Mapping[str, str]:
    listed = (cast(Mapping[str, list[str]], _load(language)["languages"]) for language in LANGUAGES)
    return {_fold(name): meant for names in listed for meant, group in names.items() for name in group}


_AROUND = " /.!'\"\u00ab\u00bb\u201c\u201d\u201e"
"""What people type around a word: the slash of a command, or the quotation marks it was told in."""


def _fold(text: str) -> str:
    """The text without what tells no two commands apart; this runs on every short message."""
    return " ".join(fold(text).replace(",", " ").split()).strip(_AROUND)


@lru_cache
def _load(language: str) -> Mapping[str, object]:
    known = language if language in LANGUAGES else LANGUAGES[0]
    source = files("flows.phrases").joinpath(f"{known}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, object], load_plain(source))
