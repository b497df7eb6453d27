"""How the open question is worded in a session: rendered once a language, answers filled in."""

from collections.abc import Mapping

from flows.flow import Flow
from flows.kinds.confirmation import Confirmation
from flows.kinds.step import Question, Setting
from flows.kinds.story import Story
from flows.kinds.text import TextQuestion
from flows.outbound import Progress, Utterance
from flows.path import count_at
from flows.session import Session
from flows.texts import RIGHT_TO_LEFT, fill_text, find_placeholders, isolate
from flows.turn import World
from flows.values import replace
from flows.walk import Place


def set_up(flow: Flow, session: Session, world: World) -> Setting:
    """The setting in which this session's steps are worded and answers read."""
    return Setting(
        session.language, flow.languages, session.picked, session.page, session.writing, world.now.date()
    )


def word_step(flow: Flow, session: Session, world: World) -> tuple[Utterance, ...]:
    """The messages of the step the session is at, the last one with the progress."""
    step = flow.walk[session.at].step
    setting = set_up(flow, session, world)
    if isinstance(step, Confirmation):
        said = step.render(session.story, session.found, flow.asked, setting)
    elif isinstance(step, Story):
        said = (step.render_draft(session.story, setting),)
    else:
        said = (step.show(setting) if isinstance(step, Question) else step.render(setting),)
    last = fill_in(flow, session, said[-1], {}) if "{" in said[-1].text else said[-1]
    return (*said[:-1], _count_progress(flow, session, last))


def render_plain(flow: Flow, session: Session, place: Place, world: World) -> Utterance:
    """A step as it looks when first asked. Raises TypeError for a confirmation, which its story words."""
    step = place.step
    if isinstance(step, Confirmation):
        raise TypeError("a confirmation looks different for every story")
    setting = replace(set_up(flow, session, world), picked=(), page=0, writing="")
    return step.show(setting) if isinstance(step, Question) else step.render(setting)


def list_shown(flow: Flow, session: Session, place: Place, world: World) -> tuple[str, ...]:
    """The codes of all that can be tapped as an answer, in the order shown."""
    shown = place.shown.get(session.language)
    if shown is None:
        plain = render_plain(flow, session, place, world)
        shown = tuple(option.code for option in (*plain.options, *plain.beyond) if option.code != "more")
        place.shown[session.language] = shown
    return shown


def fill_in(flow: Flow, session: Session, utterance: Utterance, values: Mapping[str, str]) -> Utterance:
    """Put values and earlier answers in the place of what stands between braces."""
    setting = Setting(session.language, flow.languages)
    filled = dict(values)
    personal = utterance.personal
    for name in find_placeholders(utterance.text):
        question = flow.asked.get(name)
        if question is not None and name not in values:
            words = [question.label(value, setting) for value in session.remembered.get(name, ())]
            filled[name] = ", ".join(words) or "…"
            personal = personal or isinstance(question, TextQuestion)
    if session.language in RIGHT_TO_LEFT:
        filled = {name: isolate(value) for name, value in filled.items()}
    text = fill_text(utterance.text, filled)
    return replace(utterance, text=text, personal=personal or bool(values and text != utterance.text))


def _count_progress(flow: Flow, session: Session, utterance: Utterance) -> Utterance:
    # Whoever changes the story at its confirmation does not go back to the beginning.
    changing = session.at == flow.story_place and session.story.again
    here = session.at == session.reached or changing
    if not flow.walk[session.at].counts:
        return utterance
    at = session.count if here else count_at(flow, session)
    return replace(utterance, progress=Progress(at, session.total))
