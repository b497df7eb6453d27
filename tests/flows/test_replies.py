"""How typed replies are read: by number, code or label; one or several; cut short and numbered by lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.outbound import Option
from flows.replies import read_option, read_options

SHOWN = (
    Option("gids", "Gids: zeker"),
    Option("muur", "Muur: machteloos"),
    Option("mist", "Mist: onzeker"),
    Option("geld", "Geld en werk"),
    Option("regels-vak", "Tussen Regels en afspraken en Mijn vakkennis"),
    Option("regels-gevoel", "Tussen Regels en afspraken en Mijn gevoel"),
    Option("skip", "Sla over"),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "gids"),
        (" 2. ", "muur"),
        ("3)", "mist"),
        ("07", "skip"),
        ("0", None),
        ("8", None),
        ("100", None),
        ("²", None),
        ("gids", "gids"),
        ("GIDS", "gids"),
        ("Regels-Vak", "regels-vak"),
        ("mist:  ONZEKER !", "mist"),
        ('"Sla over."', "skip"),
        ("2. Muur: machteloos", "muur"),
        ("1. Muur: machteloos", "muur"),
        ("2) muur", "muur"),
        ("2.Muur: machteloos", "muur"),
        ("Muur: machte…", "muur"),
        ("2. Muur: mach…", "muur"),
        ("5. Tussen Regels en afs…", "regels-vak"),
        ("6. Tussen Regels en afs…", "regels-gevoel"),
        ("Tussen Regels en afs…", None),
        ("1. Tussen Regels en afs…", None),
        ("99. Mist: onzeker", "mist"),
        ("…", None),
        ("3. …", None),
        ("", None),
        (" \n", None),
        ("machteloos", None),
        ("de gids denk ik", None),
    ],
)
def test_one_option(text: str, code: str | None) -> None:
    """A reply names the option meant, or none."""
    assert read_option(text, SHOWN) == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1 en 4", ("gids", "geld")),
        ("1 and 4", ("gids", "geld")),
        ("1,4", ("gids", "geld")),
        ("4 & 1", ("geld", "gids")),
        ("1 3", ("gids", "mist")),
        ("1\n3", ("gids", "mist")),
        ("1, 2 en 3.", ("gids", "muur", "mist")),
        ("1 en 1", ("gids",)),
        ("gids en muur", ("gids", "muur")),
        ("Gids: zeker, Mist: onzeker", ("gids", "mist")),
        ("Gids: zeker en Mist: onzeker", ("gids", "mist")),
        ("Geld en werk", ("geld",)),
        ("14", None),
        ("1 en 99", None),
        ("1 en iets anders", None),
        ("", None),
        (", en ;", None),
    ],
)
def test_several_options(text: str, codes: tuple[str, ...] | None) -> None:
    """A reply names all the options meant in its own order, or none when any part of it is not understood."""
    assert read_options(text, SHOWN) == codes


def test_a_label_of_two_options_names_neither() -> None:
    """What could mean two things is asked back."""
    twice = (Option("a", "Anders"), Option("b", "Anders"))

    assert read_option("anders", twice) is None
    assert read_option("2", twice) == "b"
    assert read_option("2. Anders", twice) == "b"


def test_a_label_may_begin_with_a_number() -> None:
    """A label such as `2. klas` is found as it stands, and not taken for a number with a label."""
    classes = (Option("een", "1. klas"), Option("twee", "2. klas"))

    assert read_option("2. klas", classes) == "twee"


_LABELS = st.text(min_size=1, max_size=12)


@given(st.lists(_LABELS, max_size=5), st.text(max_size=30))
def test_any_reply_to_any_options_is_read(labels: list[str], text: str) -> None:
    """Nothing a person types breaks the reading, and only options that were shown are named."""
    shown = tuple(Option(f"o{number}", label) for number, label in enumerate(labels))
    codes = {option.code for option in shown}

    assert read_option(text, shown) in {*codes, None}
    assert set(read_options(text, shown) or ()) <= codes


@given(st.integers(1, 20), st.data())
def test_a_number_names_the_option_at_its_place(many: int, data: st.DataObject) -> None:
    """Numbers count from one, and every one of them works."""
    shown = tuple(Option(f"o{number}", f"Antwoord {number}") for number in range(1, many + 1))
    numbers = data.draw(st.lists(st.integers(1, many), min_size=1, unique=True))

    assert read_options(" en ".join(map(str, numbers)), shown) == tuple(f"o{number}" for number in numbers)
