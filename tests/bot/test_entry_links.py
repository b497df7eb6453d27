"""The links of an entry point: the form of each channel, only channels that are on, and no other words."""

import pytest

from bot.entry_links import Link, Reach, list_links, shorten_address, write_address

EVERYWHERE = Reach(
    "https://vertelpunt.example",
    telegram="VertelpuntBot",
    whatsapp="whatsapp:+31612345678",
    sms="+3197010240000",
)


def test_the_links_of_all_channels() -> None:
    """Each platform's own form, with the code in it; the numbers as people read them."""
    assert list_links(EVERYWHERE, "wijk-oost") == [
        Link("whatsapp", "https://wa.me/31612345678?text=start%20wijk-oost", "+31 612 345 678"),
        Link("telegram", "https://t.me/VertelpuntBot?start=wijk-oost"),
        Link("sms", "sms:+3197010240000?&body=start%20wijk-oost", "+31 970 102 400 00"),
        Link("web", "/chat?entry=wijk-oost"),
    ]


@pytest.mark.parametrize(
    ("reach", "ways"),
    [
        (Reach("https://v.example"), ["web"]),
        (Reach("https://v.example", telegram=""), ["web"]),
        (Reach("https://v.example", telegram="bot?start=x"), ["web"]),
        (Reach("https://v.example", whatsapp="+31612345678"), ["whatsapp", "web"]),
        (Reach("https://v.example", sms="3669"), ["sms", "web"]),
        (Reach("https://v.example", sms="Gemeente"), ["web"]),
    ],
)
def test_only_what_is_on(reach: Reach, ways: list[str]) -> None:
    """A channel that is off, or to which nobody can write, has no link; the web chat always has."""
    assert [link.way for link in list_links(reach, "markt")] == ways


def test_a_short_number_stays_as_it_is() -> None:
    """Only Dutch numbers are put in groups; a short code is dialled as it is written."""
    links = list_links(Reach("https://v.example", whatsapp="+4915123456789", sms="3669"), "markt")

    assert [(link.way, link.number) for link in links if link.number] == [
        ("whatsapp", "+4915123456789"),
        ("sms", "3669"),
    ]


def test_the_language_goes_along() -> None:
    """The web chat begins in the language that was chosen on the page."""
    assert list_links(EVERYWHERE, "markt", "tr")[-1].href == "/chat?entry=markt&language=tr"


def test_the_address() -> None:
    """The whole one is in the QR code, the short one is typed from a poster."""
    address = write_address(EVERYWHERE, "markt")

    assert (address, shorten_address(address)) == (
        "https://vertelpunt.example/e/markt",
        "vertelpunt.example/e/markt",
    )
