"""What a flow is: a named conversation of steps, and the walk the engine takes through it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as PydanticField

from flows.durations import Duration
from flows.entries import AnyEntry, AnyQuestion, AnyStep, Rotate, Section
from flows.guards import Guard, When
from flows.kinds.confirmation import Confirmation
from flows.kinds.say import Say
from flows.kinds.step import Field, Question
from flows.kinds.story import Story
from flows.texts import Code, Language, Text, find_placeholders
from flows.walk import Draw, Place

EXPIRY = timedelta(days=14)
"""How long an unfinished session waits, unless the flow says otherwise."""


class FollowUp(BaseModel):
    """Another flow for the same person, some time after this one is finished."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: Code = PydanticField(description="The flow that is started.")
    after: Duration = PydanticField(description="How long after this one is finished.")
    when: When = ()


class Crisis(BaseModel):
    """What is shown when words of acute danger are told: the emergency numbers, once in a session."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text | None = PydanticField(
        default=None, description="What is shown; if left out, the bot's own words with the Dutch numbers."
    )
    words: tuple[Annotated[str, StringConstraints(pattern=r"^[^\s~*]")], ...] = PydanticField(
        default=(), description="More words and phrases at which it is shown."
    )
    show: bool = PydanticField(default=True, description="Whether it is shown at all.")


class Flow(BaseModel):
    """A flow file, format 1; `read_flow` makes it and sees to the rules in `flows.checking.rules` as well."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = PydanticField(description="The version of this format.")
    flow: Code = PydanticField(description="The code of the flow; it never changes.")
    title: Text = PydanticField(description="What people see as its name.")
    audience: Code = PydanticField(description="For whom: coach, resident, passer-by, team, …")
    languages: tuple[Language, ...] = PydanticField(
        min_length=1, description="Language codes; the first is the fallback."
    )
    ask_language: bool = PydanticField(
        default=False, description="Whether the language is asked first, unless a link says which."
    )
    keywords: tuple[str, ...] = PydanticField(default=(), description="Words that start this flow in a chat.")
    remind_after: tuple[Duration, ...] = PydanticField(
        default=(),
        max_length=3,
        description="How long after the last message an unfinished session is nudged.",
    )
    expire_after: Duration = PydanticField(
        default=EXPIRY, description="How long after the last message an unfinished session ends."
    )
    released_by: Literal["teller", "facilitator"] = PydanticField(
        default="teller",
        description="Who has the last look before readers see a story: its teller, or a facilitator as well.",
    )
    follow_up: FollowUp | None = PydanticField(
        default=None, description="Another flow for the same person, later."
    )
    crisis: Crisis = PydanticField(
        default_factory=Crisis, description="What is shown at words of acute danger."
    )
    steps: tuple[AnyStep, ...] = PydanticField(min_length=1, description="The conversation, in order.")

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The steps that wait for an answer, in order."""
        return tuple(place.step for place in self._flattened if isinstance(place.step, Question))

    @cached_property
    def _flattened(self) -> tuple[Place, ...]:
        return tuple(_flatten(self.steps, ()))

    @cached_property
    def walk(self) -> tuple[Place, ...]:
        """The places the engine passes: what was told is confirmed after the last question."""
        places = self._flattened
        if not any(question.takes_words for question in self.questions):
            return places
        story = next((question.ask for question in self.questions if isinstance(question, Story)), "")
        confirmation = Confirmation(story, held=self.released_by == "facilitator")
        last = max(index for index, place in enumerate(places) if isinstance(place.step, Question))
        return (*places[: last + 1], Place(confirmation), *places[last + 1 :])

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The index in the walk of each step, by its code."""
        return {place.step.name: index for index, place in enumerate(self.walk)}

    @cached_property
    def story_place(self) -> int:
        """The index in the walk of the story question; -1 when the flow asks for none."""
        return next((index for index, place in enumerate(self.walk) if isinstance(place.step, Story)), -1)

    @cached_property
    def confirmation_place(self) -> int:
        """The index in the walk of the confirmation; -1 when nothing can be told in own words."""
        return next(
            (index for index, place in enumerate(self.walk) if isinstance(place.step, Confirmation)), -1
        )

    @cached_property
    def first_question_place(self) -> int:
        """The index in the walk of the first step that waits, the consent."""
        return next(index for index, place in enumerate(self.walk) if place.waits)

    @cached_property
    def last_certain_place(self) -> int:
        """The index in the walk of the last step that waits and is asked of everyone."""
        certain = (not place.guards and place.draw is None and place.counts for place in self.walk)
        return max(index for index, asked in enumerate(certain) if asked)

    @cached_property
    def dependents(self) -> Mapping[str, tuple[int, ...]]:
        """By question, the places that wait and whose guards look at its answer; by "" at the language."""
        found: dict[str, list[int]] = {}
        for index, place in enumerate(self.walk):
            if place.waits:
                for question in {guard.question or "" for guard in place.guards}:
                    found.setdefault(question, []).append(index)
        return {question: tuple(places) for question, places in found.items()}

    @cached_property
    def needed(self) -> frozenset[str]:
        """The questions whose answers later steps need: for guards, in texts, as fields of the story."""
        guards = [guard for place in self.walk for guard in place.guards]
        guards += self.follow_up.when if self.follow_up else ()
        asked = {guard.question for guard in guards if guard.question}
        needed = asked | self.placeholders | set(self.filling.values())
        return frozenset(needed & {each.ask for each in self.questions})

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """What stands between braces in any of the texts."""
        return frozenset(name for text in _list_texts(self) for name in find_placeholders(text))

    @cached_property
    def tells_count(self) -> bool:
        """Whether any text says how many stories are shared."""
        return "shared" in self.placeholders

    @cached_property
    def filling(self) -> Mapping[Field, str]:
        """Which question fills which field of the story."""
        return {question.fills: question.ask for question in self.questions if question.fills}

    @cached_property
    def asked(self) -> Mapping[str, Question]:
        """The questions by their codes."""
        return {question.ask: question for question in self.questions}


def _flatten(
    steps: Sequence[AnyStep | AnyEntry | AnyQuestion], guards: tuple[Guard, ...], draw: Draw | None = None
) -> Iterator[Place]:
    """The steps one after the other, each with all that must hold for it."""
    for number, step in enumerate(steps):
        when = (*guards, *step.when)
        match step:
            case Section():
                if step.title is not None:
                    yield Place(Say(say=step.section, text=step.title), when)
                yield from _flatten(step.steps, when)
            case Rotate():
                yield from _flatten(step.steps, when, Draw(step.rotate, 0, len(step.steps), step.pick))
            case _:
                yield Place(step, when, draw and Draw(draw.rotate, number, draw.of, draw.pick))


def _list_texts(flow: Flow) -> Iterator[str]:
    """Every wording of every step."""
    return _list_strings(
        [place.step.model_dump() for place in flow.walk if isinstance(place.step, BaseModel)]
    )


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        nested = cast(dict[str, Any] | Sequence[Any], value)
        for item in nested.values() if isinstance(nested, dict) else nested:
            yield from _list_strings(item)
