"""What comes first: consent before anything is kept; one story at most, asked of everyone."""

from collections.abc import Iterator

from flows.checking.rules.outline import Fault, Outline


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Faults in the order of the questions, and of the groups they stand in."""
    yield from _check_consent(outline)
    yield from _check_stories(outline)
    for entry in outline.entries:
        if entry.word == "rotate":
            count, pick = len(entry.list_items("steps")), entry.read_number("pick", 1)
            if pick is not None and count > 1 and pick >= count:
                message = f"all {count} would be asked; pick fewer, or leave out the rotate"
                yield (*entry.location, "pick" if "pick" in entry.body else "rotate"), message


def _check_consent(outline: Outline) -> Iterator[Fault]:
    first = outline.questions[0] if outline.questions else None
    if first is None or first.kind != "consent":
        location = (*first.location, "kind") if first else ("steps",)
        yield location, "the first question must be of kind consent; nothing is kept before it"
    elif first.draw is not None:
        yield first.location, "the first consent stands in a rotate; put it before that, for everyone"
    elif first.guards:
        location = (*first.location, "when") if first.when else first.location
        yield location, "the first consent must be asked of everyone; take away the guard"


def _check_stories(outline: Outline) -> Iterator[Fault]:
    stories = [entry for entry in outline.questions if entry.kind == "story"]
    for entry in stories[1:]:
        yield (*entry.location, "kind"), "there is a question of kind story already; a flow has one at most"
    for entry in stories[:1]:
        if entry.draw is not None:
            yield entry.location, "the story stands in a rotate; put it outside, it is asked of everyone"
        elif entry.guards:
            location = (*entry.location, "when") if entry.when else entry.location
            yield location, "the story is asked of everyone; take away the guard"
