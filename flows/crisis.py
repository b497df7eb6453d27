"""The emergency numbers, shown once in a session when words of acute danger are told; and nothing else.

Nothing of it is stored, counted or reported but that they were shown, in the session, which is sealed.
"""

from flows.flow import Flow
from flows.inbound import Content, Corrected, Said, TranscriptReady
from flows.outbound import Utterance
from flows.phrases import phrase
from flows.reading.danger import names_danger
from flows.session import Session
from flows.texts import choose_text
from flows.turn import Turn
from flows.values import replace


def show_numbers(flow: Flow, session: Session, content: Content, turn: Turn) -> Turn:
    """The turn with the numbers before all that is said anyway, when what came in calls for them.

    `session` is the one that the message found.
    """
    if turn.session.numbers_shown or session.status != "open" or not flow.crisis.show:
        return turn
    text = _read_told(session, content)
    if not text or not names_danger(text, flow.crisis.words):
        return turn
    shown = replace(turn.session, numbers_shown=True)
    written = flow.crisis.text
    language = shown.language
    words = choose_text(written, language, flow.languages) if written else phrase(language, "emergency")
    return replace(turn, session=shown, says=(Utterance(words, language), *turn.says))


def _read_told(session: Session, content: Content) -> str:
    match content:
        case Said(text=text) | Corrected(text=text):
            return text
        case TranscriptReady(recording, text):
            awaited = {each.recording for each in session.listening}
            return text if recording in session.story.heard or recording in awaited else ""
        case _:
            return ""
