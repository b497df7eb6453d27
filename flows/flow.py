"""What a flow is: a named conversation of steps, and the walk the engine takes through it."""

from functools import cached_property
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Discriminator, Tag
from pydantic import Field as PydanticField

from flows.kinds.choice import Choice
from flows.kinds.confirmation import Confirmation
from flows.kinds.consent import Consent
from flows.kinds.say import Say
from flows.kinds.step import Field, Question
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.kinds.triad import Triad
from flows.texts import Code, Language, Text

KINDS = ("consent", "story", "text", "choice", "triad")


def _tell_kind(body: Any) -> str:
    """Which kind a step in a file is; steps that say something have no `kind` of their own."""
    if isinstance(body, dict):
        entries = cast(dict[str, Any], body)
        return "say" if "say" in entries else str(entries.get("kind"))
    return "say" if isinstance(body, Say) else str(getattr(body, "kind", None))


AnyStep = Annotated[
    Annotated[Say, Tag("say")]
    | Annotated[Consent, Tag("consent")]
    | Annotated[Story, Tag("story")]
    | Annotated[TextQuestion, Tag("text")]
    | Annotated[Choice, Tag("choice")]
    | Annotated[Triad, Tag("triad")],
    Discriminator(
        _tell_kind,
        custom_error_type="unknown_kind",
        custom_error_message="has no known kind; a step is a `say`, or an `ask` with kind "
        "consent, story, text, choice or triad",
    ),
]

WalkStep = Say | Question | Confirmation


class Flow(BaseModel):
    """A flow file, format 1; `read_flow` makes it and sees to the rules in `flows.rules` as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    flow: Code
    title: Text
    audience: Code = PydanticField(description="For whom: coach, resident, …")
    languages: tuple[Language, ...] = PydanticField(
        min_length=1, description="Language codes; the first is the fallback."
    )
    keywords: tuple[str, ...] = PydanticField(default=(), description="Words that start this flow in a chat.")
    steps: tuple[AnyStep, ...] = PydanticField(min_length=1)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The steps that wait for an answer, in order."""
        return tuple(step for step in self.steps if isinstance(step, Question))

    @cached_property
    def walk(self) -> tuple[WalkStep, ...]:
        """The steps as the engine takes them: the confirmation stands after the last question."""
        story = next(question for question in self.questions if isinstance(question, Story))
        last = max(index for index, step in enumerate(self.steps) if isinstance(step, Question))
        return (*self.steps[: last + 1], Confirmation(story.ask), *self.steps[last + 1 :])

    @cached_property
    def places(self) -> dict[str, int]:
        """The index in the walk of each step, by its code."""
        return {step.name: index for index, step in enumerate(self.walk)}

    @cached_property
    def counted(self) -> tuple[int, ...]:
        """For each step of the walk, how many steps that wait have come up to and with it."""
        counts: list[int] = []
        for step in self.walk:
            waits = not isinstance(step, Say)
            counts.append((counts[-1] if counts else 0) + waits)
        return tuple(counts)

    @cached_property
    def story_place(self) -> int:
        """The index in the walk of the story question."""
        return next(index for index, step in enumerate(self.walk) if isinstance(step, Story))

    @cached_property
    def confirmation_place(self) -> int:
        """The index in the walk of the confirmation."""
        return next(index for index, step in enumerate(self.walk) if isinstance(step, Confirmation))

    @cached_property
    def filling(self) -> dict[Field, str]:
        """Which question fills which field of the story."""
        return {question.fills: question.ask for question in self.questions if question.fills}
