"""What is taken out of a text: contact details in the forms people write them; and what must stay."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workers.deidentification.accounts import find_accounts
from workers.deidentification.contact import EMAIL, PHONE
from workers.deidentification.finding import replace, settle
from workers.deidentification.numbers import find_numbers

PHONES = [
    "06-12345678",
    "06 12345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12 34 56 78",
    "06/12345678",
    "06 - 123 456 78",
    "0612345678",
    "053-4812345",
    "(053) 481 23 45",
    "053 481 23 45",
    "(053)4812345",
    "0545-123456",
    "+31 6 1234 5678",
    "+31612345678",
    "+31 (0)6 12345678",
    "+31(0)53-4812345",
    "0031612345678",
    "0031 6 12 34 56 78",
    "31612345678",
    "+49 170 1234567",
    "+90 532 123 45 67",
    "06\u00a012345678",
    "06\u201012345678",
    "06–12345678",
]
EMAILS = [
    "jan@voorbeeld.nl",
    "jan.de.vries+wijk@mail.voorbeeld.co.uk",
    "j_d-v@voorbeeld-mail.com",
    "JAN@VOORBEELD.NL",
    "fatma.yıldız@voorbeeld.nl",
]
LINKS = [
    "https://www.voorbeeld.nl/pad?vraag=1#kop",
    "http://voorbeeld.nl",
    "HTTPS://VOORBEELD.NL",
    "www.voorbeeld.nl",
    "enschede.nl",
    "enschede.nl/pad",
    "wijk-team.enschede.nl/pad/verder",
    "voorbeeld.de/pad",
    "voorbeeld.com",
]
ORDINARY = [
    "In 2026 was het beter dan in 1998.",
    "Er was 24 uur per dag iemand, 7 dagen lang.",
    "Zij kreeg 1.250,00 euro, of € 10.000.000,00.",
    "Het was 12-03-2026, of 12/03/2026, of 2026-03-12.",
    "Het was 03-12-2026 14:30 en 06-12-2026 om 9 uur.",
    "De afspraak was 06-12-2026 14:30 of 06.12.2026 09.00.",
    "Van 09.00 - 12.30 uur, of 09:00-12:30.",
    "Om 07.30 08.15 09.45 uur.",
    "Van 09.00 - 12.30 20 keer gebeld.",
    "Zij woont op nummer 118, op 12-4 of op 12a.",
    "De postcode is 7511 AB of 7511AB.",
    "Hij liep naar huis.Toen belde hij mij.",
    "Zij ging naar huis.De man bleef.",
    "Dat is mooi.Me dunkt.net niet.",
    "Hij kreeg 3 pakken van 10, 20 en 30 stuks.",
    "Bel 112, of 0800-2000, of 0900 1234.",
    "Zij is 06 geboren, zei ze @ het team.",
    "Zo ... en toen ... niets.",
    "Bv. de heer A. en mw. B. enz.",
]


def take_out(text: str) -> str:
    """A text with marks for the numbers and addresses in it."""
    return replace(text, settle(text, (*find_numbers(text), *find_accounts(text)))).text


@pytest.mark.parametrize("form", PHONES)
@pytest.mark.parametrize("around", ["{}", "Bel {}.", "Bel {}, 12 keer.", "tel.{}!", "Op {} en {}?"])
def test_a_telephone_number_is_taken_out(form: str, around: str) -> None:
    """However a number is written, nothing of it stays, and nothing else goes."""
    assert take_out(around.format(form, form)) == around.format("[telefoonnummer 1]", "[telefoonnummer 1]")


@pytest.mark.parametrize("form", EMAILS)
@pytest.mark.parametrize("around", ["{}", "Mail {}.", "(mail {}, graag)", "mail:{}\nDank"])
def test_an_email_address_is_taken_out(form: str, around: str) -> None:
    """However an address is written, nothing of it stays, and nothing else goes."""
    assert take_out(around.format(form)) == around.format("[e-mailadres 1]")


@pytest.mark.parametrize("form", LINKS)
@pytest.mark.parametrize("around", ["{}", "Kijk op {}.", "(zie {}) en dan", "Op {}, zei hij."])
def test_a_link_is_taken_out(form: str, around: str) -> None:
    """However a link is written, nothing of it stays, and nothing else goes."""
    assert take_out(around.format(form)) == around.format("[account 1]")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    """Years, amounts, dates, times, house numbers, postcodes and sloppy full stops are left alone."""
    assert take_out(text) == text


def test_each_has_a_number_of_its_own() -> None:
    """The same number twice has one mark, another one another."""
    assert take_out("Bel 0612345678 of 053-4812345, of weer +31 6 12345678.") == (
        "Bel [telefoonnummer 1] of [telefoonnummer 2], of weer [telefoonnummer 1]."
    )


_PIECES = st.sampled_from(
    [
        "0612345678",
        "+31",
        "06",
        "12",
        " ",
        "-",
        ".",
        "(",
        ")",
        "@",
        "www.",
        "https://",
        "jan",
        ".nl",
        ".de/",
        "\n",
        "é",
    ]
)


@settings(max_examples=400)
@given(
    st.one_of(
        st.lists(_PIECES, max_size=14).map("".join), st.text("0123456789 +().-@a/", max_size=60), st.text()
    )
)
@example("0612345678.0612345678")
@example("0612345678+31612345678")
@example("0612345678(053)4812345")
@example("0612345678www.0612345678")
def test_nothing_stays_hidden_behind_what_was_taken_out(text: str) -> None:
    """However numbers and addresses stand against each other, none is left in a text gone through."""
    once = take_out(text)

    assert not PHONE.search(once)
    assert not EMAIL.search(once)


@pytest.mark.parametrize(
    "piece",
    [
        *("1", "0", ".", "@", "a", "é", "-", "_", "(", "+", "a@", "a.", "a-", "0 ", "0(", "(0", "+1", "01 "),
        *("1-1-", "www.", "www.,", "https://.", ".nl", "a.nl", "x.be/ ", "00 1 ", "01-01-2", "a@a.", "06-"),
        *("0031", "09.00 - "),
    ],
)
def test_hostile_texts_take_no_longer_than_others(piece: str) -> None:
    """Texts that make a careless pattern try everything with everything are done within the time limit."""
    once = take_out(piece * (100_000 // len(piece)))

    assert not PHONE.search(once)
    assert not EMAIL.search(once)
