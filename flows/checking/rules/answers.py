"""What a question can be answered with, as guards compare it."""

from flows.checking.rules.outline import Entry

_SHARES = (0, 100)


def list_codes(question: Entry) -> tuple[str, ...] | None:
    """The codes that can be the answer; None when it is no code."""
    match question.kind:
        case "consent":
            return ("yes", "no")
        case "choice":
            codes = [item.body.get("code") for item in question.list_items("options")]
            return tuple(code for code in codes if isinstance(code, str))
        case "stones":
            return ("off",)
        case _:
            return None


def read_range(question: Entry) -> tuple[float | None, float | None]:
    """The lowest and highest number that can be the answer, None where there is no limit."""
    match question.kind:
        case "scale":
            keys = ("from", "to")
        case "number":
            keys = ("min", "max")
        case "dyad":
            return _SHARES
        case _:
            return None, None
    least, most = (question.read_number(key, 0) if key in question.body else None for key in keys)
    return least, most


def may_be_missing(question: Entry) -> bool:
    """Whether someone can pass it without an answer: a way around, a guard, a draw."""
    return bool(question.ways_around or question.guards or question.draw)
