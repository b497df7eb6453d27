"""What tellers may always ask about themselves: all that is held, a story back, everything erased."""

from flows.asking import ask, leave_menu
from flows.flow import Flow
from flows.inbound import DataReady
from flows.kinds.step import offer
from flows.outbound import Option, Utterance
from flows.session import Menu, Session, close
from flows.turn import DataAsked, ErasureAsked, Event, SessionEnded, StoryTakenBack, Turn, World
from flows.values import replace
from flows.wording import set_up

MOST_STORIES = 7
"""Stories offered to be erased, the newest first: with the other options as many as one list shows."""

_THIS, _EVERYTHING, _STAY = "this", "everything", "stay"
"""The story being told; all of a person; all but their stories. No story code is in small letters."""

SIDE_QUESTIONS: frozenset[Menu] = frozenset({"take_back", "erase", "erase_story", "erase_all"})
"""The side questions that speak of the stories a participant has kept."""


def tell_kept(flow: Flow, session: Session, world: World) -> Turn:
    """What is kept of this person, how it is taken back or erased; the file with all of it comes later."""
    setting = set_up(flow, session, world)
    lines = [setting.say("my_data")]
    if session.status == "open":
        lines.append(setting.say("my_data_open"))
    codes = ", ".join(world.kept)
    lines.append(setting.say("my_data_codes", codes=codes) if codes else setting.say("my_data_none"))
    lines.append(setting.say("my_data_file"))
    words = Utterance("\n".join(lines), session.language, personal=True)
    if session.status == "open" and session.at >= 0:
        return replace(ask(flow, session, world, (words,)), events=(DataAsked(),))
    return Turn(session, (words,), (DataAsked(),))


def bring_data(flow: Flow, session: Session, content: DataReady, world: World) -> Turn:
    """The file that was asked for, in as many parts as it took; nothing else changes."""
    setting = set_up(flow, session, world)
    if not content.files:
        return Turn(session, (Utterance(setting.say("my_data_failed"), session.language),))
    count = len(content.files)
    says: list[Utterance] = []
    for number, file in enumerate(content.files, start=1):
        words = setting.say("my_data_ready") if number == count else ""
        if count > 1:
            part = setting.say("my_data_part", at=number, of=count)
            words = f"{part}\n{words}".rstrip()
        says.append(Utterance(words, session.language, personal=True, attachment=file))
    return Turn(session, tuple(says))


def ask_take_back(flow: Flow, session: Session, world: World) -> Turn:
    """Ask whether the story is really to be deleted: the one being told, else the last one kept."""
    setting = set_up(flow, session, world)
    if session.status == "open":
        text = setting.say("take_back_this")
    elif world.kept:
        text = setting.say("take_back_kept", code=world.kept[0])
    else:
        return Turn(session, (offer(setting, "take_back_nothing", "start"),))
    return _ask_sure(flow, replace(session, menu="take_back"), text, ":take-back", world)


def ask_which(flow: Flow, session: Session, world: World) -> Turn:
    """Ask what is to be erased: the story being told, one that is kept, or everything."""
    setting = set_up(flow, session, world)
    options = [Option(_THIS, setting.say("erase_this"))] if session.status == "open" else []
    options += [Option(code, setting.say("erase_story", code=code)) for code in world.kept[:MOST_STORIES]]
    options += [
        Option(_EVERYTHING, setting.say("erase_everything")),
        Option("no", setting.say("erase_nothing")),
    ]
    words = Utterance(setting.say("erase_which"), session.language, "choice", ":erase", tuple(options))
    return Turn(replace(session, menu="erase", erasing=""), (words,))


def ask_story(flow: Flow, session: Session, world: World) -> Turn:
    """Ask whether the story that was chosen is really to be erased."""
    text = set_up(flow, session, world).say("take_back_kept", code=session.erasing)
    return _ask_sure(flow, replace(session, menu="erase_story"), text, ":erase-story", world)


def ask_how(flow: Flow, session: Session, world: World) -> Turn:
    """Ask whether everything goes, or the stories stay without anything that leads to their teller."""
    setting = set_up(flow, session, world)
    options = [Option(_EVERYTHING, setting.say("erase_all"))]
    if world.kept:
        options.append(Option(_STAY, setting.say("erase_stay")))
    options.append(Option("no", setting.say("erase_nothing")))
    text = setting.say("erase_how" if world.kept else "erase_sure")
    words = Utterance(text, session.language, "choice", ":erase-all", tuple(options))
    return Turn(replace(session, menu="erase_all", erasing=""), (words,))


def find_story(text: str, world: World) -> str | None:
    """The kept story whose code somebody typed, also one that is not among those shown."""
    typed = text.strip().upper()
    return typed if typed in world.kept else None


def take_choice(flow: Flow, session: Session, code: str, world: World) -> Turn:
    """What was chosen at one of these side questions."""
    closed = replace(session, menu="", erasing="")
    if code == "no":
        return leave_menu(flow, closed, world)
    match session.menu, code:
        case "erase", "this":
            return ask_take_back(flow, closed, world)
        case "erase", "everything":
            return ask_how(flow, closed, world)
        case "erase", _:
            return ask_story(flow, replace(closed, erasing=code), world)
        case "erase_all", _:
            return _erase_all(flow, closed, world, stories_stay=code == _STAY)
        case "erase_story", _:
            return _take_back(flow, closed, session.erasing, world)
        case _:
            return _take_back(flow, closed, "", world)


def _take_back(flow: Flow, session: Session, story: str, world: World) -> Turn:
    """A story is gone: the one with this code, else the one being told, else the last one kept."""
    setting = set_up(flow, session, world)
    if not story and session.status == "open":
        says = offer(setting, "discarded", "start")
        return Turn(close(session, "discarded"), (says,), (SessionEnded("discarded"),))
    gone = story or next(iter(world.kept), "")
    if gone not in world.kept:
        return Turn(session, (offer(setting, "take_back_nothing", "start"),))
    code = world.story_code
    event = StoryTakenBack(gone, code)
    if session.status == "open":
        words = Utterance(setting.say("taken_back", code=code), session.language)
        return replace(_go_on(flow, session, world, words), events=(event,))
    return Turn(replace(session, follow=False), (offer(setting, "taken_back", "start", code=code),), (event,))


def _go_on(flow: Flow, session: Session, world: World, words: Utterance) -> Turn:
    after = leave_menu(flow, session, world)
    return replace(after, says=(words, *after.says))


def _erase_all(flow: Flow, session: Session, world: World, *, stories_stay: bool) -> Turn:
    setting = set_up(flow, session, world)
    key = "erased_but_stories" if stories_stay else "erased_all"
    words = offer(setting, key, "start", code=world.story_code)
    events: tuple[Event, ...] = (ErasureAsked(world.story_code, stories_stay),)
    if session.status == "open":
        session, events = close(session, "discarded"), (SessionEnded("discarded"), *events)
    return Turn(replace(session, follow=False), (words,), events)


def _ask_sure(flow: Flow, session: Session, text: str, step: str, world: World) -> Turn:
    setting = set_up(flow, session, world)
    options = (Option("yes", setting.say("take_back_yes")), Option("no", setting.say("take_back_no")))
    return Turn(session, (Utterance(text, session.language, "choice", step, options),))
