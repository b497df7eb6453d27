"""The answer ladder of WhatsApp: buttons, a list, numbered text; each at its limit and one past it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.channel import write_tap
from bot.channels.rendering import write_numbered, write_text
from bot.channels.whatsapp_messages import Piece, lay_out
from channels.twilio_limits import check_content
from flows.outbound import Option, Progress, Utterance
from flows.values import replace

SITE = "https://vertel.example"
ZONES = (
    "Regels",
    "Tussen regels en vakmanschap",
    "Tussen regels en gevoel",
    "Alle drie evenveel",
    "Vakmanschap",
    "Tussen vakmanschap en gevoel",
    "Gevoel",
)


def ask(*labels: str, text: str = "Hoe was het?", **more: Any) -> Utterance:
    """Make a question with options of these labels."""
    options = tuple(Option(f"c{number}", label) for number, label in enumerate(labels))
    return Utterance(text, "nl", kind="choice", step="gevoel", options=options, **more)


def find_kind(pieces: list[Piece]) -> str:
    """Name what the last piece is."""
    content = pieces[-1].content
    return next(iter(content)).removeprefix("twilio/") if content else "text"


LADDER: list[tuple[str, Utterance, str]] = [
    ("nothing to tap", ask(), "text"),
    ("one button", ask("Ja"), "quick-reply"),
    ("three buttons of 20", ask("a" * 20, "b" * 20, "c" * 20), "quick-reply"),
    ("a label of 21", ask("a" * 21, "b"), "list-picker"),
    ("four buttons of 20", ask("a" * 20, "b" * 20, "c" * 20, "d" * 20), "list-picker"),
    ("ten units of emoji", ask("😀" * 10), "quick-reply"),
    ("eleven emoji", ask("😀" * 11), "list-picker"),
    ("four options", ask("a", "b", "c", "d"), "list-picker"),
    (
        "two and two extras",
        ask("a", "b", extras=(Option("skip", "Sla over"), Option("x", "y"))),
        "list-picker",
    ),
    ("ten options", ask(*(f"optie {n}" for n in range(10))), "list-picker"),
    ("eleven options", ask(*(f"optie {n}" for n in range(11))), "text"),
    ("several answers", ask("a", "b", "c", "d", max=2), "list-picker"),
    ("a label of 72", ask("woord " * 11 + "aan 72", "b"), "list-picker"),
    ("a label of 73", ask("woord " * 11 + "aan 73!", "b"), "text"),
    ("text of 1024", ask("Ja", text="x" * 1024), "quick-reply"),
    ("text of 1025", ask("Ja", text="x" * 1025), "text"),
    ("text and progress of 1025", ask("Ja", text="x" * 1012, progress=Progress(1, 2)), "text"),
    ("text and progress of 1024", ask("Ja", text="x" * 1011, progress=Progress(1, 2)), "quick-reply"),
    ("the teller's words", ask("Ja", "Nee", personal=True), "text"),
    ("no text", ask("Ja", text=""), "text"),
    ("a place to fill in", ask("Ja", text="Hoi {{1}}"), "text"),
    ("a place to fill in a label", ask("{{1}}"), "text"),
    ("two buttons alike", ask("Ja", "Ja"), "text"),
    (
        "two items alike once cut",
        ask("Een heel lang antwoord een", "Een heel lang antwoord twee"),
        "text",
    ),
    ("a step of 196", replace(ask("Ja"), step="s" * 197), "quick-reply"),
    ("a step too long", replace(ask("Ja"), step="s" * 198), "text"),
]


@pytest.mark.parametrize(("utterance", "kind"), [row[1:] for row in LADDER], ids=[row[0] for row in LADDER])
def test_each_rung_of_the_ladder(utterance: Utterance, kind: str) -> None:
    """At each limit the best form is taken, one past it the next one."""
    pieces = lay_out(utterance, site=SITE)
    assert find_kind(pieces) == kind
    if kind == "text":
        assert [piece.text for piece in pieces] == [write_numbered(utterance).strip()]
    else:
        assert [piece.text for piece in pieces] == [write_text(utterance)]


def test_buttons_carry_step_and_code() -> None:
    """A button's id says which question and which option it is."""
    utterance = ask("Ja", "Nee", progress=Progress(3, 14))
    (piece,) = lay_out(utterance, site=SITE)
    actions = [
        {"type": "QUICK_REPLY", "title": "Ja", "id": write_tap("gevoel", "c0")},
        {"type": "QUICK_REPLY", "title": "Nee", "id": write_tap("gevoel", "c1")},
    ]
    assert piece.content == {
        "twilio/quick-reply": {"body": "Stap 3 van 14\nHoe was het?", "actions": actions}
    }


def test_long_labels_are_cut_at_a_word_and_written_out_below() -> None:
    """A label that does not fit in an item stands whole in its description."""
    (piece,) = lay_out(ask("Ik heb iemand echt geholpen", "Verantwoordelijkheidsgevoel", "c", "d"), site=SITE)
    assert piece.content == {
        "twilio/list-picker": {
            "body": "Hoe was het?",
            "button": "Kies",
            "items": [
                {
                    "item": "Ik heb iemand echt…",
                    "id": "gevoel|c0",
                    "description": "Ik heb iemand echt geholpen",
                },
                {
                    "item": "Verantwoordelijkheidsge…",
                    "id": "gevoel|c1",
                    "description": "Verantwoordelijkheidsgevoel",
                },
                {"item": "c", "id": "gevoel|c2"},
                {"item": "d", "id": "gevoel|c3"},
            ],
        }
    }


@pytest.mark.parametrize(("length", "described"), [(24, False), (25, True)])
def test_an_item_holds_24(length: int, *, described: bool) -> None:
    """A longer label is shortened to what fits, and stands whole below."""
    label = "x" * length
    (piece,) = lay_out(ask(label, "b", "c", "d"), site=SITE)
    assert piece.content is not None
    item = piece.content["twilio/list-picker"]["items"][0]
    assert item["item"] == (f"{'x' * 23}…" if described else label)
    assert item.get("description") == (label if described else None)


@pytest.mark.parametrize(("length", "kind"), [(200, "quick-reply"), (201, "text")])
def test_an_id_holds_200(length: int, kind: str) -> None:
    """Step and code together; longer ones are answered by number."""
    utterance = replace(ask("Ja"), step="s" * (length - len(write_tap("", "c0"))))
    assert find_kind(lay_out(utterance, site=SITE)) == kind


def test_long_texts_become_several_messages_in_order() -> None:
    """A text longer than 1600 is split, and nothing but white space is lost."""
    text = " ".join(f"Dit is zin nummer {number}." for number in range(250))
    pieces = lay_out(ask(text=text), site=SITE)
    assert len(pieces) == 4
    assert all(0 < len(piece.text) <= 1600 for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == text


@pytest.mark.parametrize(("length", "count"), [(1600, 1), (1601, 2)])
def test_a_text_is_split_past_1600(length: int, count: int) -> None:
    """The limit itself still fits in one message."""
    assert len(lay_out(ask(text="x" * length), site=SITE)) == count


def pictured(*pictures: str | None, **more: Any) -> Utterance:
    """Make a question whose options have these pictures."""
    options = tuple(Option(f"c{n}", f"Optie {n}", picture) for n, picture in enumerate(pictures))
    return replace(ask(**more), options=options)


def test_pictures_go_first_with_the_text_and_number_the_list() -> None:
    """The sheet comes with the question; the list below has the sheet's numbers."""
    utterance = pictured("pictures/gids.svg", "pictures/mist.svg", "pictures/muur.svg", None)
    first, second = lay_out(utterance, site=SITE)
    assert first == Piece("Hoe was het?", media=f"{SITE}/pictures/sheet.png?of=gids,mist,muur")
    assert second.content is not None
    shape = second.content["twilio/list-picker"]
    assert shape["body"] == "Kies"
    assert [item["item"] for item in shape["items"]] == [
        "1. Optie 0",
        "2. Optie 1",
        "3. Optie 2",
        "4. Optie 3",
    ]


def test_pictures_with_numbered_text() -> None:
    """Where no list fits, the numbered lines follow the sheet without saying the question again."""
    utterance = pictured(*["pictures/gids.svg"] * 11, progress=Progress(1, 2))
    first, second = lay_out(utterance, site=SITE)
    assert first.text == "Stap 1 van 2\nHoe was het?"
    assert first.media is not None
    assert second.text.startswith("1. Optie 0\n2. Optie 1\n")
    assert second.text.endswith("Antwoord met een nummer.")


@pytest.mark.parametrize(("length", "count"), [(1024, 2), (1025, 3)])
def test_a_text_too_long_for_a_picture_goes_before_it(length: int, count: int) -> None:
    """A caption holds 1024; a longer text is a message of its own."""
    pieces = lay_out(pictured("pictures/gids.svg", text="x" * length), site=SITE)
    assert len(pieces) == count
    assert [piece.text for piece in pieces if piece.media] == ["" if count == 3 else "x" * length]


@pytest.mark.parametrize("length", [1024, 1025])
def test_plain_leaves_out_a_picture_that_has_a_text(length: int) -> None:
    """What stands at each place is the same question; a picture alone has nothing to stand for it."""
    utterance = pictured("pictures/gids.svg", text="x" * length)
    rich, plain = lay_out(utterance, site=SITE), lay_out(utterance, site=SITE, plain=True)
    assert len(rich) == len(plain)
    assert [piece.text for piece in rich[:-1]] == [piece.text for piece in plain[:-1]]
    assert [bool(piece.media) for piece in plain] == (
        [False, False] if length == 1024 else [False, True, False]
    )
    assert plain[-1] == Piece("1. Optie 0\n\nAntwoord met een nummer.")


LINK = f"Of wijs het aan: {SITE}/canvas/abc"


def test_the_link_stands_with_the_question() -> None:
    """With a picture it is the last line of its text; the list behind it holds no link."""
    utterance = replace(ask(*ZONES), kind="triad")
    first, second = lay_out(utterance, site=SITE, canvas="/canvas/abc")
    assert first == Piece(f"Hoe was het?\n\n{LINK}", media=f"{SITE}/pictures/triangle.png")
    assert second == lay_out(utterance, site=SITE)[1]


@pytest.mark.parametrize("plain", [False, True])
def test_the_link_goes_before_what_is_stored_at_twilio(*, plain: bool) -> None:
    """Without a picture the question is a message of its own, so that no content holds a person's link."""
    first, second = lay_out(ask("Ja", "Nee"), site=SITE, canvas="/canvas/abc", plain=plain)
    assert first == Piece(f"Hoe was het?\n\n{LINK}")
    assert "canvas" not in f"{second}"
    assert find_kind([second]) == ("text" if plain else "quick-reply")
    assert second.text == ("1. Ja\n2. Nee\n\nAntwoord met een nummer." if plain else "Kies")


@pytest.mark.parametrize(("past", "count"), [(0, 2), (1, 3)])
def test_the_link_counts_for_the_caption(past: int, count: int) -> None:
    """A caption holds 1024 with the link in it; what is longer goes before the picture."""
    text = "x" * (1024 - len(LINK) - 2 + past)
    pieces = lay_out(replace(ask(*ZONES, text=text), kind="triad"), site=SITE, canvas="/canvas/abc")
    assert len(pieces) == count
    assert pieces[0].text.endswith(LINK)


@pytest.mark.parametrize("site", ["http://127.0.0.1:8080", ""])
def test_no_link_that_a_phone_cannot_open(site: str) -> None:
    """Without https there is no link."""
    utterance = ask("Ja", "Nee")
    assert lay_out(utterance, site=site, canvas="/canvas/abc") == lay_out(utterance, site=site)


def test_no_sheet_where_its_numbers_would_be_wrong() -> None:
    """An option without a picture before one with a picture would shift the numbers."""
    (piece,) = lay_out(pictured(None, "pictures/gids.svg"), site=SITE)
    assert piece.media is None
    assert find_kind([piece]) == "quick-reply"


def test_a_triad_comes_with_its_triangle() -> None:
    """A triad is the triangle with the question, then its seven places and the ways around it as a list."""
    utterance = replace(ask(*ZONES, extras=(Option("na", "Past niet"),)), kind="triad")
    first, second = lay_out(utterance, site=SITE)
    assert first == Piece("Hoe was het?", media=f"{SITE}/pictures/triangle.png")
    assert second.content is not None
    items = second.content["twilio/list-picker"]["items"]
    assert [item["item"] for item in items] == [
        "1. Regels",
        "2. Tussen regels en…",
        "3. Tussen regels en…",
        "4. Alle drie evenveel",
        "5. Vakmanschap",
        "6. Tussen vakmanschap…",
        "7. Gevoel",
        "8. Past niet",
    ]
    assert items[1]["description"] == "Tussen regels en vakmanschap"


@pytest.mark.parametrize("site", ["http://127.0.0.1:8080", ""])
def test_without_https_there_are_no_pictures(site: str) -> None:
    """Twilio cannot fetch pictures from a machine at home, so the options are numbered."""
    utterance = pictured("pictures/gids.svg", "pictures/mist.svg")
    assert lay_out(utterance, site=site) == [Piece(write_numbered(utterance))]
    triad = replace(ask(*ZONES), kind="triad")
    assert lay_out(triad, site=site) == [Piece(write_numbered(triad))]


_LABELS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=90)
_OPTIONS = st.lists(
    st.builds(Option, code=st.from_regex(r"[a-z-]{1,30}", fullmatch=True), label=_LABELS), max_size=12
)


@settings(deadline=None)  # the machine may be busy
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=3000),
    options=_OPTIONS,
    personal=st.booleans(),
    plain=st.booleans(),
    canvas=st.sampled_from([None, "/canvas/abc"]),
)
def test_twilio_would_take_every_message(
    text: str, options: list[Option], canvas: str | None, *, personal: bool, plain: bool
) -> None:
    """Whatever is said, every message is within Twilio's limits and nothing personal is stored."""
    unique = tuple({option.code: option for option in options}.values())
    utterance = Utterance(text, "nl", kind="choice", step="q", options=unique, personal=personal)
    for piece in lay_out(utterance, site=SITE, plain=plain, canvas=canvas):
        if piece.content is None:
            assert 0 < len(piece.text.encode("utf-16-le")) <= 3200
        else:
            assert not personal
            assert not plain
            assert "/canvas/" not in piece.text
            assert check_content({"language": "nl", "types": piece.content}) is None
