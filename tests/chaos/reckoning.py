"""After a storm: what is kept, what was shown, and whether each teller was heard and answered, in order."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chaos.kept import Kept, Row
from chaos.people import Person
from chaos.plans import PHOTO
from chaos.platforms import NOBODY, Shown
from chaos.storm import SECRET, Storm
from chaos.web_person import WebPerson
from flows.turn import Part

MOMENT: Final = 20.0
"""Seconds within which a server that had a platform's answer must have died, when it did not note it."""

_FILE: Final = re.compile(r"[0-9a-f]{32}")
_CANVAS: Final = re.compile(r"/canvas/[\w.~-]+")


@dataclass(slots=True)
class Findings:
    """Counts, and each thing that should not be, in words."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    faults: Counter[str] = field(default_factory=Counter[str])
    kills: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])

    def write(self) -> str:
        """All of it, to read."""
        lines = [f"{number:7,} {what}" for what, number in self.counts.items()]
        lines += ["", "faults:", *(f"{number:7,} {what}" for what, number in sorted(self.faults.items()))]
        lines += ["", "kills -9:", *(f"{number:7,} {what}" for what, number in sorted(self.kills.items()))]
        lines += ["", *(self.wrong or ["Nothing is wrong."])]
        return "\n".join(lines)


def reckon(storm: Storm) -> Findings:
    """Compare what was said and shown with what is kept."""
    found = Findings()
    kept = Kept(storm.database_url, SECRET)
    found.wrong += [f"{_name(person)}: {why}" for person, why in storm.stuck]
    for person in storm.people:
        found.wrong += [f"{_name(person)}: {problem}" for problem in _check_told(person, kept)]
    doubles = _check_shown(storm, kept, found.wrong)
    for channel in ("whatsapp", "sms"):
        if doubles[channel]:
            found.wrong.append(
                f"{doubles[channel]} messages came twice on {channel}, which could have been asked"
            )
    found.wrong += list(_check_boxes(kept))
    found.kills = storm.servers.count_kills()
    _count(storm, kept, doubles, found)
    return found


def _check_told(person: Person, kept: Kept) -> Iterator[str]:
    """Each answer once and as it was given, one story in order, one session that is finished."""
    address = kept.find_address(person)
    sessions = kept.sessions.get(address or "", [])
    if len(sessions) != 1 or sessions[0][1] != "finished":
        yield f"{len(sessions)} sessions, {[status for _, status in sessions]}"
        return
    ((session, _),) = sessions
    story, title = kept.stories.get(session, (None, None))
    if story != person.plan.story:
        yield f"the story reads {story!r} instead of {person.plan.story!r}"
    if title != person.plan.title:
        yield f"the title reads {title!r}"
    answers = _gather(kept.answers.get(session, []))
    expected = {
        question: (status, [_write_part(part) for part in parts])
        for question, (status, parts) in person.plan.answers.items()
        if question != "mee"
    }
    for question in sorted({*answers, *expected}):
        if answers.get(question) != expected.get(question):
            yield f"{question}: kept {answers.get(question)}, said {expected.get(question)}"


def _gather(rows: Sequence[Row]) -> Mapping[str, tuple[str, list[tuple[Any, ...]]]]:
    answers: dict[str, tuple[str, list[tuple[Any, ...]]]] = {}
    for question, status, part, code, number, text, x, y in rows:
        parts = answers.setdefault(question, (status, []))[1]
        if status == "answered":
            plain = Part(part, code, None if number is None else float(number), text, x, y)
            parts.append(_write_part(plain))
    return answers


def _write_part(part: Part) -> tuple[Any, ...]:
    code = "a photo" if part.code == PHOTO or _FILE.fullmatch(part.code or "") else part.code
    number = None if part.number is None else float(part.number)
    return (part.part, code, number, part.text, part.x, part.y)


def _check_boxes(kept: Kept) -> Iterator[str]:
    """Nothing waits; no dead letters but messages that were in doubt twice where nobody can be asked."""
    for state, number in kept.read("select state, count(*) from inbox where state <> 'done' group by 1"):
        yield f"{number} updates are {state}"
    for state, number in kept.read(
        "select state, count(*) from outbox where state not in ('sent', 'dead') group by 1"
    ):
        yield f"{number} messages are {state}"
    for channel, error, number in kept.read(
        "select a.channel, o.error, count(*) from outbox o join addresses a on a.id = o.address"
        " where o.state = 'dead' group by 1, 2"
    ):
        if channel != "telegram" or not error.startswith("UncertainError"):
            yield f"{number} dead letters on {channel}: {error}"
    for state, error, number in kept.read(
        "select p.state, j.error, count(*) from photos p left join jobs j on j.subject = p.id"
        " where p.state <> 'kept' group by 1, 2"
    ):
        yield f"{number} photos are {state}: {error}"
    if told_twice := kept.count("select count(*) from answers where superseded"):
        yield f"{told_twice} answers were given anew"
    doubled = kept.count(
        "select count(*) from (select session from stories group by 1 having count(*) > 1) as twice"
    )
    if doubled:
        yield f"{doubled} sessions have two stories"


def _check_shown(storm: Storm, kept: Kept, wrong: list[str]) -> Counter[str]:
    """The order in each chat, and of every double that its first copy was in doubt; answers their counts."""
    doubles: Counter[str] = Counter()
    for person in storm.people:
        address = kept.find_address(person) or ""
        if isinstance(person, WebPerson):
            order = kept.web[address]
            if order != sorted(set(order)) or order != [row[0] for row in kept.outbox[address]]:
                wrong.append(f"web {person.plan.name}: shown in the order {order}")
            continue
        line = storm.telegram.line if person.channel == "telegram" else storm.twilio.line
        chat = f"whatsapp:{person.address}" if person.channel == "whatsapp" else person.address
        who = _name(person)
        _check_chat(storm, kept, line.shown[chat], who, address, doubles, wrong)
    return doubles


def _check_chat(
    storm: Storm,
    kept: Kept,
    shown: Sequence[Shown],
    who: str,
    address: str,
    doubles: Counter[str],
    wrong: list[str],
) -> None:
    places = [kept.sends.get(each.provider_id) for each in shown]
    dead = sum(1 for row in kept.outbox[address] if row[1] == "dead")
    channel = who.partition(" ")[0]
    for number, each in enumerate(shown):
        if places[number] is not None:
            continue
        # Taken by the platform and not noted: in doubt, and sent once more, or given up.
        twin = next(
            (
                place
                for later, place in zip(shown[number + 1 :], places[number + 1 :], strict=True)
                if place is not None and _is_same(each, later)
            ),
            None,
        )
        places[number] = twin
        doubted = each.withheld or (
            each.server != NOBODY and storm.servers.died_within(each.server, each.at, MOMENT)
        )
        if not doubted:
            wrong.append(f"{who}: shown without need or note: {each.words[:60]!r}")
        if twin is not None:
            doubles[channel] += 1
            doubles["answer withheld" if each.withheld else "server killed"] += 1
        elif dead == 0:
            wrong.append(f"{who}: shown and forgotten: {each.words[:60]!r}")
        else:
            doubles["given up, but it had come"] += 1
    known = [place for place in places if place is not None]
    if known != sorted(known):
        wrong.append(f"{who}: shown in the order {known}")


def _name(person: Person) -> str:
    return f"{person.channel} {person.plan.name}"


def _is_same(one: Shown, other: Shown) -> bool:
    return _CANVAS.sub("", one.words) == _CANVAS.sub("", other.words) and [*one.taps] == [*other.taps]


def _count(storm: Storm, kept: Kept, doubles: Counter[str], found: Findings) -> None:
    people = storm.people
    channels = Counter(person.channel for person in people)
    found.counts = {
        f"conversations ({', '.join(f'{number} {name}' for name, number in channels.items())})": len(people),
        "complete": sum(1 for person in people if person.life.ended),
        "kept as told": sum(1 for person in people if not any(_name(person) in each for each in found.wrong)),
        "messages in": kept.count("select count(*) from inbox where channel <> 'system'"),
        "messages out": kept.count("select count(*) from outbox where state = 'sent'"),
        "of the platforms' messages shown": sum(
            len(each) for line in (storm.telegram.line, storm.twilio.line) for each in line.shown.values()
        ),
        "sent twice": sum(doubles[channel] for channel in channels),
        **{f"… on {channel}": doubles[channel] for channel in channels},
        "… because the answer was lost": doubles["answer withheld"],
        "… because the server was killed": doubles["server killed"],
        "given up in doubt, though it had come": doubles["given up, but it had come"],
        "photos": kept.count("select count(*) from photos"),
        "dead letters in": kept.count("select count(*) from inbox where state = 'dead'"),
        "dead letters out": kept.count("select count(*) from outbox where state = 'dead'"),
        "tries anew": kept.count("select coalesce(sum(attempts), 0) from outbox"),
        "times patience was asked": kept.count("select coalesce(sum(throttled), 0) from outbox"),
        "times a teller asked for the question again": sum(person.life.asked_again for person in people),
        "pages opened anew": sum(person.life.begun_again for person in people),
        "servers started": storm.servers.starts,
        "seconds": round(storm.seconds),
    }
    for person_error, number in kept.read(
        "select error, count(*) from outbox where state = 'dead' group by 1"
    ):
        found.counts[f"dead letters out: {person_error}"] = int(number)
    found.faults.update({f"Telegram: {name}": number for name, number in storm.telegram.dealt.items()})
    found.faults.update({f"Twilio: {name}": number for name, number in storm.twilio.dealt.items()})
    posted = storm.telegram_post.counts
    found.faults.update(
        {
            "updates brought again": posted.retried,
            "updates brought twice": posted.doubled,
            "updates broken off": posted.broken,
            "updates expired": posted.expired,
            **{f"forms {name}": number for name, number in storm.twilio_post.counts.items()},
            **dict(storm.shocks),
        }
    )
