"""What is asked of the workers about a recording: which languages it may be in, and whether it is urgent."""

from flows.flow import Flow
from flows.session import Session
from flows.turn import Transcribe

SHORT_RECORDING = 30.0
"""Seconds up to which a recording goes before longer ones: one window of the model, done in a moment."""


def ask_for_text(
    flow: Flow, session: Session, recording: str, seconds: float | None = None, *, urgent: bool = False
) -> Transcribe:
    """The work on a recording: in any of the flow's languages, most likely in that of the conversation.

    A short one is always `urgent`: it costs a second, and those who told a long story wait for it anyway.
    """
    others = (language for language in flow.languages if language != session.language)
    short = seconds is not None and seconds <= SHORT_RECORDING
    return Transcribe(recording, session.language, (session.language, *others), urgent or short)
