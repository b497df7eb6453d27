"""`photo`: a picture the teller took."""

from typing import ClassVar, Literal

from flows.inbound import Chose, Content, Pictured, Said
from flows.kinds.step import Given, Misread, Question, Reading, Setting, read_allowance, read_name
from flows.outbound import MessageKind
from flows.turn import Part


class Photo(Question):
    """Asks for one photo; who may see it is decided after people have looked at it."""

    message_kind: ClassVar[MessageKind] = "photo"

    kind: Literal["photo"]

    def read(self, content: Content, setting: Setting) -> Reading:
        """A photo, or a way around it."""
        match content:
            case Pictured(photo=photo):
                return Given((Part(code=photo),), "photo")
            case Chose(codes=(code,)) if given := read_allowance(self, code, "buttons"):
                return given
            case Said(text=text):
                named = read_name(text, self.show(setting).extras, setting)
                given = read_allowance(self, named, "text") if named else None
                return given or Misread(setting.say("misread_photo"))
            case _:
                return Misread(setting.say("misread_photo"))

    def retry(self, setting: Setting) -> str:
        """How a photo is sent."""
        return setting.say("retry_photo")
