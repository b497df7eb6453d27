"""What a teller sees of a message, whatever the platform."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tappable:
    """Something to tap: what it says (and what that stands for, when it is long), what it sends."""

    label: str
    data: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the bot as its platform shows it.

    `listed` when what can be tapped stands in a list that opens; `pages` are links to pages for touch.
    """

    words: str
    taps: tuple[Tappable, ...] = ()
    picture: str = ""
    pages: tuple[str, ...] = ()
    listed: bool = False
    number: int = 0
