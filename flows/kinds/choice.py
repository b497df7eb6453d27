"""`choice`: one or several of a list, with words or pictures, in pages, perhaps with words of one's own."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Said
from flows.kinds.step import (
    ALLOWANCES,
    Given,
    Misread,
    Partly,
    Question,
    Reading,
    Setting,
    ask_back,
    read_allowance,
)
from flows.outbound import MessageKind, Option, Utterance
from flows.phrases import find_command
from flows.reading.numbers import read_number
from flows.reading.replies import Unsure, read_options
from flows.texts import Code, Text
from flows.turn import InputMethod, Part
from flows.values import replace

DONE = "done"
"""The code by which a teller says that no more options follow."""

MORE = "more"
"""The code that shows the next page of options."""

RESERVED = frozenset({DONE, MORE, *ALLOWANCES})
"""Codes that no option can have."""

OWN_WORDS_LIMIT = 500
"""Characters of an answer in one's own words."""


class ChoiceOption(BaseModel):
    """One thing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = PydanticField(description="What is kept; it never changes.")
    label: Text = PydanticField(description="What is read on the button.")
    picture: str | None = PydanticField(
        default=None, pattern=r"^pictures/[a-z0-9-]+\.svg$", description="A picture of the catalogue."
    )
    other: bool = PydanticField(default=False, description="Asks for the teller's own words once chosen.")


class Choice(Question):
    """A question with a list of answers, of which `min` to `max` are chosen."""

    message_kind: ClassVar[MessageKind] = "choice"

    kind: Literal["choice"]
    min: int = PydanticField(default=1, ge=1, description="How many are chosen at least.")
    max: int = PydanticField(default=1, ge=1, description="How many are chosen at most.")
    page: int | None = PydanticField(
        default=None, ge=3, le=9, description="Options shown at once; must be there with more than seven."
    )
    options: tuple[ChoiceOption, ...] = PydanticField(
        min_length=2, max_length=20, description="The answers, in the order shown."
    )

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all its options."""
        return frozenset(option.code for option in self.options)

    @property
    def takes_words(self) -> bool:
        """Where one of the options asks for the teller's own words."""
        return any(option.other for option in self.options)

    def list_options(self, setting: Setting) -> tuple[Option, ...]:
        """All options that can still be chosen, of every page."""
        worded = self._worded.get(setting.language)
        if worded is None:
            worded = tuple(
                Option(option.code, setting.word(option.label), option.picture) for option in self.options
            )
            self._worded[setting.language] = worded
        if not setting.picked:
            return worded
        return tuple(option for option in worded if option.code not in setting.picked)

    @cached_property
    def _worded(self) -> dict[str, tuple[Option, ...]]:
        """Its options by language, worded once."""
        return {}

    def options_for(self, setting: Setting) -> tuple[Option, ...]:
        """The options of this page; where there are more, the way to them; after a pick, that it is done."""
        left = self.list_options(setting)
        size, pages = self.page or len(self.options), self._count_pages(len(setting.picked))
        start = (setting.page % pages) * size
        more = (Option(MORE, setting.say("more_options")),) if pages > 1 else ()
        enough = len(setting.picked) >= self.min
        done = (Option(DONE, setting.say("done")),) if setting.picked and enough else ()
        return (*left[start : start + size], *more, *done)

    def render(self, setting: Setting) -> Utterance:
        """The question; after a pick whether there is one more; or which words `other` stands for."""
        utterance = super().render(setting)
        if setting.writing:
            skip = (Option("skip", setting.say("skip")),)
            return Utterance(
                setting.say("own_words"), setting.language, kind="text", step=self.ask, extras=skip
            )
        beyond: tuple[Option, ...] = ()
        if self.page is not None:
            shown = {option.code for option in utterance.options}
            beyond = tuple(option for option in self.list_options(setting) if option.code not in shown)
        return replace(
            utterance,
            text=self._word_picked(setting) if setting.picked else utterance.text,
            extras=() if setting.picked else utterance.extras,
            min=max(1, self.min - len(setting.picked)),
            max=self.max - len(setting.picked),
            beyond=beyond,
        )

    def read(self, content: Content, setting: Setting) -> Reading:
        """Codes tapped or named; one at a time, or several at once; or the words of `other`."""
        method: InputMethod = "buttons"
        match content:
            case Said(text=text) if setting.writing:
                return self._read_own_words(text.strip(), setting)
            case Chose(codes=("skip",)) if setting.writing:
                return self._finish(setting.picked, method)
            case Chose(codes=codes):
                named: tuple[str, ...] | Unsure | None = tuple(dict.fromkeys(codes))
            case Said(text=text):
                named, method = self._find_named(text, setting), "text"
            case _:
                named = None
        if isinstance(named, Unsure):
            return self._ask_which(named, setting)
        return self._take(named or (), method, setting)

    def correct(self, words: str, own: Sequence[int], setting: Setting) -> Reading:
        """Other options instead of those at `own`: read with what was shown then, beside the others."""
        first = own[0]
        named = self._find_named(words, replace(setting, picked=setting.picked[:first], writing=""))
        if isinstance(named, Unsure):
            return self._ask_which(named, setting)
        if not named or not self.codes.issuperset(named):
            return Misread(setting.say("misread_choice"))
        others = tuple(code for place, code in enumerate(setting.picked) if place not in own)
        read = self._take(named, "text", replace(setting, picked=others, writing=""))
        if not isinstance(read, Partly):
            return read
        new = read.picked[len(others) :]
        return replace(read, picked=(*others[:first], *new, *others[first:]))

    def label(self, value: str, setting: Setting) -> str:
        """The label of an option."""
        labels = {option.code: option.label for option in self.options}
        return setting.word(labels[value]) if value in labels else value

    def _ask_which(self, named: Unsure, setting: Setting) -> Misread:
        labels = {option.code: option.label for option in self._list_all(setting)}
        return ask_back(setting, [labels[code] for code in named.codes if code in labels])

    def _count_pages(self, picked: int) -> int:
        """How many pages the options fill that are left after so many were picked."""
        return max(1, -(-(len(self.options) - picked) // (self.page or len(self.options))))

    def _word_picked(self, setting: Setting) -> str:
        """Whether there is one more; it is done only once there are enough."""
        return setting.say("another" if len(setting.picked) >= self.min else "another_needed")

    def _find_named(self, text: str, setting: Setting) -> tuple[str, ...] | Unsure | None:
        shown = self.show(setting)
        named = read_options(text, shown.tappable, setting.language)
        if named is None and find_command(setting.language, text) == DONE:
            return (DONE,)
        if named is None and shown.beyond and read_number(text, setting.language) is None:
            return read_options(text, self._list_all(setting), setting.language)
        return named

    def _list_all(self, setting: Setting) -> tuple[Option, ...]:
        """Everything that can be named in words: what is shown, and what stands on other pages."""
        shown = self.show(replace(setting, writing=""))
        return (*shown.tappable, *shown.beyond)

    def _take(self, named: tuple[str, ...], method: InputMethod, setting: Setting) -> Reading:
        if not named:
            return Misread(setting.say("misread_choice"))
        if named == (MORE,) and self.page:
            # The page as it is now: what is picked later leaves fewer pages, and the same one stays shown.
            pages = self._count_pages(len(setting.picked))
            return Partly(setting.picked, page=(setting.page + 1) % pages)
        if len(named) == 1 and not setting.picked and (given := read_allowance(self, named[0], method)):
            return given
        before = tuple(code for code in setting.picked if code != setting.writing)
        new = tuple(code for code in named if code != DONE and code not in before)
        if not self.codes.issuperset(new):
            return Misread(setting.say("misread_choice"))
        picked = (*before, *new)
        if len(picked) > self.max:
            return Misread(setting.say("misread_too_many", max=self.max), plain=True)
        if not picked:
            return Misread(setting.say("misread_choice"))
        enough = len(picked) >= self.min
        if len(picked) < self.max and not (enough and (len(named) > 1 or DONE in named)):
            return Partly(picked, page=setting.page)
        own = next((option.code for option in self.options if option.other), "")
        return Partly(picked, writing=own) if own and own in picked else self._finish(picked, method)

    def _read_own_words(self, words: str, setting: Setting) -> Reading:
        if not words:
            return Misread(setting.say("text_empty"))
        if len(words) > OWN_WORDS_LIMIT:
            return Misread(setting.say("text_too_long", limit=OWN_WORDS_LIMIT), plain=True)
        if find_command(setting.language, words) == "skip":
            return self._finish(setting.picked, "text")
        return self._finish(setting.picked, "text", {setting.writing: words})

    def _finish(
        self, picked: tuple[str, ...], method: InputMethod, words: dict[str, str] | None = None
    ) -> Given:
        said = words or {}
        return Given(tuple(Part(part=code, code=code, text=said.get(code)) for code in picked), method)
