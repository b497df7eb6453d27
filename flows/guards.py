"""Guards: the conditions under which a step is asked or said, over what was answered earlier."""

from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as PydanticField

from flows.session import Remembered
from flows.texts import Code
from flows.values import Value

Compared = Code | int | float


class Known(Value):
    """All that a guard may look at."""

    remembered: Remembered
    language: str
    audience: str


def _list(value: Any) -> Any:
    return cast(Sequence[Any], value) if isinstance(value, list | tuple) else (value,)


Several = Annotated[tuple[Compared, ...], BeforeValidator(_list)]
Codes = Annotated[tuple[Code, ...], BeforeValidator(_list)]

TESTS = ("is", "is_not", "in", "answered", "at_least", "at_most", "words_below")
"""What a guard can ask of a question, one at a time."""


class Guard(BaseModel):
    """One condition: a test of an earlier question, or of the language or the audience."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    question: Code | None = PydanticField(default=None, description="The earlier question that is looked at.")
    equals: Compared | None = PydanticField(
        default=None, alias="is", description="This code was chosen, or this number given."
    )
    differs: Compared | None = PydanticField(
        default=None, alias="is_not", description="Something else was answered than this code or number."
    )
    among: Several | None = PydanticField(
        default=None, alias="in", description="One of these codes was chosen, or one of these numbers given."
    )
    answered: bool | None = PydanticField(
        default=None, description="Whether it was answered, and not passed over."
    )
    at_least: float | None = PydanticField(default=None, description="The number is this or more.")
    at_most: float | None = PydanticField(default=None, description="The number is this or less.")
    words_below: int | None = PydanticField(default=None, description="The story has fewer words than this.")
    language: Codes | None = PydanticField(default=None, description="The conversation is in this language.")
    audience: Codes | None = PydanticField(default=None, description="The flow is for this audience.")

    def holds(self, known: Known) -> bool | None:
        """Whether the condition holds; None when the question it looks at has not been reached."""
        if self.language is not None:
            return known.language in self.language
        if self.audience is not None:
            return known.audience in self.audience
        answer = known.remembered.get(self.question or "")
        return None if answer is None else self._test(answer)

    def _test(self, answer: tuple[str, ...]) -> bool:
        if self.answered is not None:
            return bool(answer) is self.answered
        if not answer:  # passed over: nothing that was answered can be equal, different, more or less
            return False
        if self.equals is not None:
            return write_code(self.equals) in answer
        if self.differs is not None:
            return write_code(self.differs) not in answer
        if self.among is not None:
            return any(write_code(value) in answer for value in self.among)
        if self.words_below is not None:
            return answer[0].isdigit() and int(answer[0]) < self.words_below
        number = float(answer[0])
        least = self.at_least is None or number >= self.at_least
        return least and (self.at_most is None or number <= self.at_most)


def write_code(value: Compared) -> str:
    """A code or number as sessions remember it: a whole number without a point, 2 and not 2.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def all_hold(guards: Sequence[Guard], known: Known) -> bool | None:
    """Whether all guards hold: False as soon as one does not, None while that depends on what comes."""
    verdict: bool | None = True
    for guard in guards:
        holds = guard.holds(known)
        if holds is False:
            return False
        if holds is None:
            verdict = None
    return verdict


When = Annotated[
    tuple[Guard, ...],
    BeforeValidator(_list, json_schema_input_type=Guard | list[Guard]),
    PydanticField(description="Only when this holds; of a list all must hold."),
]
