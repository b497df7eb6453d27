"""How an utterance looks in WhatsApp: three buttons, a list of ten, or numbered text; pictures go in front.

Pure. The limits are those of Twilio's `twilio/quick-reply` and `twilio/list-picker` content within the
24-hour window, and of its Messages resource. All are counted in UTF-16 units, which is never too few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from bot.channels.channel import write_tap
from bot.channels.rendering import (
    find_span,
    split_text,
    write_how,
    write_link,
    write_numbered,
    write_text,
)
from bot.sheets import LAST_NUMBER
from flows.outbound import Option, Utterance
from flows.phrases import phrase
from flows.values import replace

TEXT_LIMIT: Final = 1600
CONTENT_LIMIT: Final = 1024
"""The longest text beside buttons, a list or a picture."""
BUTTONS: Final = 3
BUTTON_LIMIT: Final = 20
ITEMS: Final = 10
ITEM_LIMIT: Final = 24
DESCRIPTION_LIMIT: Final = 72
_ID_LIMIT: Final = 200
_MOST_PICTURES: Final = 20
_TRIAD_ZONES: Final = 7
_PLACES: Final = 10  # of a stone: nine, and that it does not belong


@dataclass(frozen=True, slots=True)
class Piece:
    """One WhatsApp message: a text, a picture with or without a text, or content with its text.

    `media` is the picture's address; `content` is the `types` of a Content resource, whose body is `text`.
    """

    text: str
    media: str | None = None
    content: Mapping[str, Any] | None = None


def lay_out(
    utterance: Utterance, *, site: str, plain: bool = False, canvas: str | None = None
) -> list[Piece]:
    """Write the messages that show an utterance, in order; `plain` asks for text alone instead of content.

    `site` is our public address; Twilio fetches pictures from it, so without https there are none and
    what would go with them becomes numbered text. `canvas` is the path of the page for touch: its link is
    for one person, so it never stands in content, which Twilio keeps, but with the question in front of it.
    Only the last piece holds content. What stands at a place is the same with `plain`, but for its picture
    or its content: what was sent of the one need not be sent of the other.
    """
    picture = _find_picture(utterance) if site.startswith("https://") else None
    link = write_link(utterance, site, canvas)
    if picture is None and not link:
        # A sheet that cannot be shown carried the numbers, so those are written instead.
        content = None if plain or _find_picture(utterance) else _compose(utterance, numbered=False)
        return _write_pieces(utterance, content)
    text = "\n\n".join(part for part in (write_text(utterance), link) if part)
    front = _show_question(text, f"{site}{picture}" if picture else None, plain=plain)
    # The question itself stands in front; a content needs a text, numbered lines do not.
    choose = replace(utterance, text=phrase(utterance.language, "choose"), progress=None)
    numbered = picture is not None and not find_span(utterance)
    content = None if plain else _compose(choose, numbered=numbered)
    if content is not None:
        return [*front, Piece(choose.text, content=content)]
    return [*front, *(Piece(text) for text in _split(write_how(utterance)))]


def _write_pieces(utterance: Utterance, content: Mapping[str, Any] | None) -> list[Piece]:
    if content is not None:
        return [Piece(write_text(utterance), content=content)]
    return [Piece(text) for text in _split(write_numbered(utterance))]


def _show_question(text: str, media: str | None, *, plain: bool) -> list[Piece]:
    """The question with its picture, which goes alone behind a text too long for it.

    With `plain` the picture stays away where a text is left to stand in its place.
    """
    if media is None or _count(text) > CONTENT_LIMIT:
        return [*(Piece(part) for part in _split(text)), *([Piece("", media=media)] if media else [])]
    return [Piece(text, media=None if plain and text else media)]


def _find_picture(utterance: Utterance) -> str | None:
    """Find the path of the picture that goes with the options, which carries their numbers.

    A sheet numbers its pictures from 1, so it only fits where the options with a picture come first.
    """
    if utterance.kind == "triad" and len(utterance.options) == _TRIAD_ZONES:
        return "/pictures/triangle.png"
    if utterance.kind == "stones" and len(utterance.options) == _PLACES:
        return "/pictures/grid.png"
    if span := find_span(utterance):
        drawn = span.start >= 0 and span[-1] <= LAST_NUMBER
        return f"/pictures/steps.png?of={len(span)}&first={span.start}" if drawn else None
    names = [PurePosixPath(option.picture).stem for option in utterance.options if option.picture]
    first = utterance.options[: len(names)]
    if not 0 < len(names) <= _MOST_PICTURES or not all(option.picture for option in first):
        return None
    return f"/pictures/sheet.png?of={quote(','.join(names), safe=',')}"


def _compose(utterance: Utterance, *, numbered: bool) -> Mapping[str, Any] | None:
    """Buttons or a list for the options, or None where they do not fit or must not be stored at Twilio.

    `numbered` puts the number in front of each label, as on the picture that goes before.
    """
    body = write_text(utterance)
    options = utterance.tappable
    if not options or utterance.personal or not body.strip() or _count(body) > CONTENT_LIMIT:
        return None
    # Twilio reads {{…}} in content as a place to fill in, so such a text could not be shown as it is.
    if any("{{" in text for text in (body, *(option.label for option in options))):
        return None
    ids = [write_tap(utterance.step, option.code) for option in options]
    if any(_count(name) > _ID_LIMIT for name in ids):
        return None
    fronts = [f"{number}. " if numbered else "" for number in range(1, len(options) + 1)]
    return _compose_buttons(body, options, ids, fronts) or _compose_list(
        body, options, ids, fronts, phrase(utterance.language, "choose")
    )


def _compose_buttons(
    body: str, options: Sequence[Option], ids: Sequence[str], fronts: Sequence[str]
) -> Mapping[str, Any] | None:
    titles = [f"{front}{option.label}" for front, option in zip(fronts, options, strict=True)]
    fits = len(options) <= BUTTONS and all(0 < _count(title) <= BUTTON_LIMIT for title in titles)
    if not fits or len(set(titles)) < len(titles):
        return None
    actions = [
        {"type": "QUICK_REPLY", "title": title, "id": name} for title, name in zip(titles, ids, strict=True)
    ]
    return {"twilio/quick-reply": {"body": body, "actions": actions}}


def _compose_list(
    body: str, options: Sequence[Option], ids: Sequence[str], fronts: Sequence[str], button: str
) -> Mapping[str, Any] | None:
    titles = [_shorten(f"{front}{option.label}") for front, option in zip(fronts, options, strict=True)]
    if len(options) > ITEMS or len(set(titles)) < len(titles) or not all(titles):
        return None
    items: list[dict[str, str]] = []
    for option, front, title, name in zip(options, fronts, titles, ids, strict=True):
        item = {"item": title, "id": name}
        if title != f"{front}{option.label}":
            if _count(option.label) > DESCRIPTION_LIMIT:
                return None
            item["description"] = option.label
        items.append(item)
    return {"twilio/list-picker": {"body": body, "button": button, "items": items}}


def _shorten(label: str) -> str:
    """Keep what fits of a label, with … at the end of a cut one, at a word if that leaves enough."""
    if _count(label) <= ITEM_LIMIT:
        return label
    cut = label
    while _count(cut) >= ITEM_LIMIT:
        cut = cut[:-1]
    space = cut.rfind(" ") if label[len(cut)] != " " else len(cut)
    if space >= ITEM_LIMIT // 2:
        cut = cut[:space]
    return f"{cut.rstrip(' ,;:.')}…"


def _split(text: str) -> list[str]:
    # Pieces are cut in code points; every character that takes two units makes them that much shorter.
    return split_text(text, max(TEXT_LIMIT // 2, TEXT_LIMIT - (_count(text) - len(text))))


def _count(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
