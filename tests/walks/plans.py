"""What tellers answer in three flows, in any order of questions, and the rows that readers must then see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from photographs import take_photo
from walks.guide import LANGUAGE
from walks.moves import Plan, Point, Say, Show, Speak, Tap, Touch

Row = tuple[str, str, str, str | None, float | None, str | None, float | None, float | None]
"""Question, part, status, code, number, text, x, y: a row of `reader.answers_v1` without how it was given."""

HERE: Final = Path(__file__).parent
ALLES_SOURCE: Final = (HERE / "alles.yaml").read_text(encoding="utf-8")
VOICE: Final = (HERE.parent / "fixtures" / "voice" / "verhaal.ogg").read_bytes()

PIECES: Final = (
    "Vorige week dinsdag belde ik aan bij een moeder in de wijk. Zij had geen fiets voor haar dochter.",
    "Samen gingen we naar de kringloop. Daar kochten we er een. Zij was blij, en ik was trots.",
)
TYPED: Final = (*(Say(piece) for piece in PIECES), Tap("done"))
SPOKEN: Final = (Speak(VOICE), Tap("done"))


@dataclass(frozen=True, slots=True)
class Walk:
    """A flow, what is done at each of its questions, and what is kept of that.

    `drawn` are the questions of which each session is asked `picks`; their rows count where they were asked.
    """

    flow: Flow
    plan: Plan
    rows: tuple[Row, ...]
    title: str | None
    share_with: str
    drawn: frozenset[str] = field(default_factory=frozenset[str])
    picks: int = 0

    def expect(self, asked: set[str]) -> list[Row]:
        """The rows of a session that was asked these questions of those that are drawn."""
        return sorted((row for row in self.rows if row[0] not in self.drawn - asked), key=_by_place)


def _by_place(row: Row) -> tuple[str, str]:
    return row[0], row[1]


def chosen(question: str, *codes: str, **words: str) -> Iterator[Row]:
    """The rows of options chosen, with own words by code."""
    for code in codes:
        yield question, code, "answered", code, None, words.get(code), None, None


def shared(question: str, **corners: float) -> Iterator[Row]:
    """The rows of a triad."""
    for corner, share in corners.items():
        yield question, corner, "answered", None, share, None, None, None


def measured(question: str, number: float) -> Iterator[Row]:
    """The row of a number, a scale or a dyad."""
    yield question, "", "answered", None, number, None, None, None


def said(question: str, words: str, *more: str) -> Iterator[Row]:
    """The rows of words."""
    for number, text in enumerate((words, *more), start=1):
        yield question, str(number) if more else "", "answered", None, None, text, None, None


def laid(question: str, stones: Mapping[str, Point | None]) -> Iterator[Row]:
    """The rows of stones; None for one that does not belong."""
    for stone, point in stones.items():
        x, y = point or (None, None)
        yield question, stone, "answered", None if point else "off", None, None, x, y


def left(question: str, status: str) -> Iterator[Row]:
    """The row of a question that was gone around; of a photo, which says no more than that."""
    yield question, "", status, None, None, None, None, None


def _read(name: str) -> Flow:
    return read_flow(read_catalogue()[f"{name}.yaml"], name)


WIJKCOACH: Final = Walk(
    flow=_read("wijkcoach"),
    plan={
        "toestemming": (Tap("more"), Tap("yes")),
        "vraag": (Tap("vastgelopen"),),
        "verhaal": TYPED,
        "naam": (Say("Een fiets uit de kringloop"),),
        "gevoel": (Tap("muur"), Tap("tuinier")),
        "foto": (Tap("brug"),),
        "rol": (Tap("anders"), Say("Ik leende een bakfiets.")),
        "onderwerp": (Tap("geld"), Tap("politie-justitie"), Tap("done")),
        "wie": (Tap("inwoner"), Tap("organisatie"), Tap("school"), Tap("done")),
        "drijfveer": (Tap("top-left"),),
        "behoefte": (Tap("middle"),),
        "wie-hielp": (Tap("dont_know"),),
        "ruimte": (Tap("2"),),
        "tempo": (Tap("not_applicable"),),
        "samenwerking": (Tap("7"),),
        "geholpen": (Tap("collega"), Tap("anders"), Say("Een eigen budget.")),
        "hoe-vaak": (Tap("soms"),),
        "delen": (Tap("alle-teams"),),
        "verhaal:confirm": (Tap("keep"),),
    },
    rows=(
        *chosen("vraag", "vastgelopen"),
        *said("naam", "Een fiets uit de kringloop"),
        *chosen("gevoel", "muur", "tuinier"),
        *chosen("foto", "brug"),
        *chosen("rol", "anders", anders="Ik leende een bakfiets."),
        *chosen("onderwerp", "geld", "politie-justitie"),
        *chosen("wie", "inwoner", "organisatie", "school"),
        *shared("drijfveer", regels=45, vak=45, gevoel=10),
        *shared("behoefte", praktisch=33.34, luisteren=33.33, zelf=33.33),
        *left("wie-hielp", "dont_know"),
        *measured("ruimte", 21.43),
        *left("tempo", "not_applicable"),
        *measured("samenwerking", 92.86),
        *chosen("geholpen", "collega", "anders", anders="Een eigen budget."),
        *chosen("hoe-vaak", "soms"),
        *chosen("delen", "alle-teams"),
    ),
    title="Een fiets uit de kringloop",
    share_with="alle-teams",
    drawn=frozenset({"ruimte", "tempo", "samenwerking"}),
    picks=2,
)

INWONER: Final = Walk(
    flow=_read("inwoner"),
    plan={
        LANGUAGE: (Tap("nl"),),
        "toestemming": (Tap("yes"),),
        "vraag": (Tap("zelf-gelukt"),),
        "verhaal": TYPED,
        "naam": (Tap("skip"),),
        "gevoel": (Tap("trots"), Tap("anders"), Say("Ook een beetje moe.")),
        "onderwerp": (Tap("mijn-buurt"), Tap("done")),
        "wie-hielp": (Tap("top"),),
        "behoefte": (Tap("not_applicable"),),
        "zelf-doen": (Tap("3"),),
        "steun": (Say("Bij brieven lezen."),),
        "gaat-goed": (Say("De buren groeten elkaar."),),
        "kan-beter": (Say("Meer licht in het park."),),
        "delen": (Tap("gesprek"),),
        "verhaal:confirm": (Tap("keep"),),
    },
    rows=(
        *chosen("vraag", "zelf-gelukt"),
        *left("naam", "skipped"),
        *chosen("gevoel", "trots", "anders", anders="Ook een beetje moe."),
        *chosen("onderwerp", "mijn-buurt"),
        *shared("wie-hielp", zelf=80, omgeving=10, organisatie=10),
        *left("behoefte", "not_applicable"),
        *measured("zelf-doen", 35.71),
        *said("steun", "Bij brieven lezen."),
        *said("gaat-goed", "De buren groeten elkaar."),
        *said("kan-beter", "Meer licht in het park."),
        *chosen("delen", "gesprek"),
    ),
    title=None,
    share_with="gesprek",
    drawn=frozenset({"zelf-doen", "steun", "gaat-goed"}),
    picks=1,
)

ALLES: Final = Walk(
    flow=read_flow(ALLES_SOURCE, "alles"),
    plan={
        "mee": (Tap("yes"),),
        "vervoer": (Tap("fiets"),),
        "band": (Tap("lek"),),
        "verhaal": TYPED,
        "onderwerp": (Tap("dieren"), Tap("anders"), Tap("done"), Say("De hond van de buren.")),
        "gevoel": (Tap("gids"), Tap("mist")),
        "cijfer": (Tap("8"),),
        "ruimte": (Touch(((37.5, 50),)),),
        "hulp": (Touch(((55, 30),)),),
        "vierkant": (Tap("1"), Tap("off")),
        "invloed": (Touch(((12.5, 80), None, (90, 5))),),
        "plek": (Show(take_photo()),),
        "weken": (Say("12"),),
        "dag": (Say("3-2-2025"),),
        "woorden": (Say("nat"), Say("koud"), Tap("done")),
        "gezien": (Say("Een rode bel."),),
        "gehoord": (Say("Een lange piep."),),
        "delen": (Tap("iedereen"),),
        "verhaal:confirm": (Tap("keep"),),
    },
    rows=(
        *chosen("vervoer", "fiets"),
        *chosen("band", "lek"),
        *chosen("onderwerp", "dieren", "anders", anders="De hond van de buren."),
        *chosen("gevoel", "gids", "mist"),
        *measured("cijfer", 8),
        *measured("ruimte", 37.5),
        *shared("hulp", buren=30, familie=30, wijkteam=40),
        *laid("vierkant", {"zorg": (16.67, 83.33), "geld": None}),
        *laid("invloed", {"inwoner": (12.5, 80), "team": None, "gemeente": (90, 5)}),
        *left("plek", "answered"),
        *measured("weken", 12),
        *said("dag", "2025-02-03"),
        *said("woorden", "nat", "koud"),
        *said("gezien", "Een rode bel."),
        *said("gehoord", "Een lange piep."),
        *chosen("delen", "iedereen"),
    ),
    title=None,
    share_with="iedereen",
    drawn=frozenset({"gezien", "gehoord"}),
    picks=1,
)
