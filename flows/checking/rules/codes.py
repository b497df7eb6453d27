"""Codes: each only once where it must be told from others, none with a fixed meaning; keywords too."""

from collections.abc import Iterator, Sequence

from flows.checking.rules.outline import Entry, Fault, Item, Location, Outline, list_values
from flows.kinds.choice import RESERVED
from flows.phrases import LANGUAGES, find_command, find_opt_out
from flows.texts import PLACEHOLDERS


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Codes that stand twice or mean something else already."""
    steps = [((*entry.location, entry.word), entry.code) for entry in outline.entries if entry.code]
    yield from _find_twice(steps, "stands at two steps; give each its own")
    for entry in outline.questions:
        if entry.code in PLACEHOLDERS:
            yield (*entry.location, "ask"), f"the code '{entry.code}' has a fixed meaning; use another"
        yield from _check_question(entry)
    yield from _check_keywords(outline)
    languages = [((("languages", place)), each) for place, each in enumerate(outline.languages)]
    yield from _find_twice(languages, "stands twice; once is enough", "the language")


def _check_question(entry: Entry) -> Iterator[Fault]:
    options, corners, stones = entry.list_items("options"), entry.list_corners(), entry.list_items("stones")
    yield from _find_twice(_list_codes(options), "stands at two options; give each its own")
    yield from _find_twice(_list_codes(corners), f"stands at two {_name_corners(entry)}; give each its own")
    yield from _find_twice(_list_codes(stones), "stands at two stones; give each its own")
    for item in options:
        if item.body.get("code") in RESERVED:
            message = f"the code '{item.body['code']}' has a fixed meaning; use another"
            yield (*item.location, "code"), message
    ways = [((*entry.location, "allow", place), way) for place, way in enumerate(entry.ways_around)]
    yield from _find_twice(ways, "stands twice; once is enough", "the way around")


def _name_corners(entry: Entry) -> str:
    return "ends" if entry.kind == "dyad" else "corners"


def _check_keywords(outline: Outline) -> Iterator[Fault]:
    """A word that the bot obeys everywhere never reaches the flow it should start."""
    seen: set[str] = set()
    for place, keyword in enumerate(list_values(outline.body.get("keywords"))):
        if not isinstance(keyword, str):
            continue
        location, folded = ("keywords", place), fold_keyword(keyword)
        command = next(filter(None, (find_command(language, keyword) for language in LANGUAGES)), None)
        if not folded:
            yield location, "is empty; write a word"
        elif command:
            message = f"'{keyword}' is a word the bot always understands (`{command}`); use another"
            yield location, message
        elif find_opt_out(keyword):
            message = f"'{keyword}' ends all messages to a phone number that sends it; use another"
            yield location, message
        elif folded in seen:
            yield location, f"the keyword '{keyword}' stands twice; capitals make no difference"
        seen.add(folded)


def fold_keyword(keyword: str) -> str:
    """A keyword without what makes no difference: capitals, spaces around and between."""
    return " ".join(keyword.split()).casefold()


def _list_codes(items: Sequence[Item]) -> list[tuple[Location, str]]:
    return [
        ((*item.location, "code"), item.body["code"])
        for item in items
        if isinstance(item.body.get("code"), str)
    ]


def _find_twice(
    codes: Sequence[tuple[Location, str]], message: str, what: str = "the code"
) -> Iterator[Fault]:
    """A fault at each code that stood before."""
    seen: set[str] = set()
    for location, code in codes:
        if code in seen:
            yield location, f"{what} '{code}' {message}"
        seen.add(code)
