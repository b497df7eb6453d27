"""`text`: a short open answer in the teller's own words, or several short entries."""

from typing import ClassVar, Literal

from pydantic import Field as PydanticField

from flows.inbound import Chose, Content, Said
from flows.kinds.step import Given, Misread, Partly, Question, Reading, Setting, read_allowance
from flows.outbound import MessageKind, Option, Utterance
from flows.phrases import find_command
from flows.reading.replies import read_exactly
from flows.turn import InputMethod, Part
from flows.values import replace

TEXT_LIMIT = 2_000
"""Characters a short answer may have unless the flow says less."""

DONE = "done"


class TextQuestion(Question):
    """An open question; names are taken out of the answer before it is read back."""

    message_kind: ClassVar[MessageKind] = "text"

    kind: Literal["text"]
    max_length: int = PydanticField(
        default=TEXT_LIMIT, ge=1, le=TEXT_LIMIT, description="Characters an answer, or an entry, may have."
    )
    min: int = PydanticField(default=1, ge=1, description="Entries there must be.")
    max: int = PydanticField(
        default=1, ge=1, le=20, description="Short entries there may be, one a message, until 'done'."
    )

    @property
    def takes_words(self) -> bool:
        """Any answer is."""
        return True

    def render(self, setting: Setting) -> Utterance:
        """The question; after a first entry whether there is one more."""
        utterance = super().render(setting)
        if not setting.picked:
            return utterance
        enough = len(setting.picked) >= self.min
        done = (Option(DONE, setting.say("done")),) if enough else ()
        words = setting.say("another_entry" if enough else "another_entry_needed")
        return replace(utterance, text=words, extras=done)

    def read(self, content: Content, setting: Setting) -> Reading:
        """Any words are an answer, up to the limit."""
        extras = self.show(setting).extras
        match content:
            case Chose(codes=(code,)):
                return self._take_way_out(code, "buttons", setting) or Misread(setting.say("text_empty"))
            case Said(text=text):
                return self._read_words(text.strip(), extras, setting)
            case _:
                return Misread(setting.say("text_empty"))

    def retry(self, setting: Setting) -> str:
        """That it takes words, typed as one message."""
        return setting.say("retry_text")

    def _read_words(self, words: str, extras: tuple[Option, ...], setting: Setting) -> Reading:
        done = find_command(setting.language, words) == "done"
        named = DONE if done else read_exactly(words, extras, setting.language)
        if named and (taken := self._take_way_out(named, "text", setting)):
            return taken
        if not words or done:
            return Misread(setting.say("text_empty"))
        if len(words) > self.max_length:
            return Misread(setting.say("text_too_long", limit=self.max_length), plain=True)
        entries = (*setting.picked, words)
        return self._finish(entries) if len(entries) >= self.max else Partly(entries)

    def _take_way_out(self, code: str, method: InputMethod, setting: Setting) -> Reading | None:
        if code == DONE:
            enough = len(setting.picked) >= self.min
            too_few = Partly(setting.picked) if setting.picked else None
            return self._finish(setting.picked) if setting.picked and enough else too_few
        return read_allowance(self, code, method) if not setting.picked else None

    def _finish(self, entries: tuple[str, ...]) -> Given:
        if self.max == 1:
            return Given((Part(text=entries[0]),), "text")
        parts = tuple(Part(part=str(number), text=entry) for number, entry in enumerate(entries, start=1))
        return Given(parts, "text")
