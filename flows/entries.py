"""What stands in a flow: questions of every kind, what is said, sections and rotates."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Discriminator, Tag
from pydantic import Field as PydanticField

from flows.guards import When
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.date import DateQuestion
from flows.kinds.dyad import Dyad
from flows.kinds.number import Number
from flows.kinds.photo import Photo
from flows.kinds.say import Say
from flows.kinds.scale import Scale
from flows.kinds.stones import Stones
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.kinds.triad import Triad
from flows.texts import Code, Text

KINDS = (
    "consent",
    "story",
    "text",
    "choice",
    "scale",
    "dyad",
    "triad",
    "stones",
    "photo",
    "number",
    "date",
)


def _tell_kind(body: Any) -> str:
    """Which kind a step in a file is; what is no question has no `kind`, but a word of its own."""
    entries = cast(Mapping[str, Any], body if isinstance(body, dict) else vars(body))
    if entries.get("kind") is not None and "ask" in entries:
        return str(entries["kind"])
    return next((word for word in ("say", "section", "rotate") if word in entries), str(entries.get("kind")))


_NO_KIND = (
    "has no known kind; a step is a `say`, a `section`, a `rotate`, or an `ask` with kind "
    + ", ".join(KINDS[:-1])
    + f" or {KINDS[-1]}"
)

_Questions = (
    Annotated[Consent, Tag("consent")]
    | Annotated[Story, Tag("story")]
    | Annotated[TextQuestion, Tag("text")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Scale, Tag("scale")]
    | Annotated[Dyad, Tag("dyad")]
    | Annotated[Triad, Tag("triad")]
    | Annotated[Stones, Tag("stones")]
    | Annotated[Photo, Tag("photo")]
    | Annotated[Number, Tag("number")]
    | Annotated[DateQuestion, Tag("date")]
)


def _discriminate(message: str) -> Discriminator:
    return Discriminator(_tell_kind, custom_error_type="unknown_kind", custom_error_message=message)


AnyQuestion = Annotated[_Questions, _discriminate("is no question; only questions stand in a rotate")]


class Rotate(BaseModel):
    """Questions of which each session is asked some, drawn at random."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rotate: Code = PydanticField(description="The code of the group.")
    pick: int = PydanticField(default=1, ge=1, description="How many of them one session is asked.")
    when: When = ()
    steps: tuple[AnyQuestion, ...] = PydanticField(min_length=2, description="The questions drawn from.")


AnyEntry = Annotated[
    _Questions | Annotated[Say, Tag("say")] | Annotated[Rotate, Tag("rotate")],
    _discriminate("has no known kind; in a section stand `say`, `ask` and `rotate`"),
]


class Section(BaseModel):
    """Steps that belong together; the title is said when the first of them comes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: Code = PydanticField(description="The code of the section.")
    title: Text | None = PydanticField(default=None, description="Said before its first step.")
    when: When = ()
    steps: tuple[AnyEntry, ...] = PydanticField(min_length=1, description="Its steps, in order.")


AnyStep = Annotated[
    _Questions
    | Annotated[Say, Tag("say")]
    | Annotated[Rotate, Tag("rotate")]
    | Annotated[Section, Tag("section")],
    _discriminate(_NO_KIND),
]
