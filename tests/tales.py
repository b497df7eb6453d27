"""A small flow, and people who tell in it without a platform, for tests of what people have a right to."""

from uuid import NAMESPACE_OID, uuid5

from flows.phrases import phrase
from quiet_house import QuietHouse

ANNA, BRAM = "anna", "bram"
TOLD = "De buurman kwam langs met soep"

FLOW = """
format: 1
flow: straat
title: {nl: Uit de straat}
audience: resident
languages: [nl]
keywords: [straat]
steps:
  - ask: toestemming
    kind: consent
    version: "1"
    text: Doe je mee?
    yes: Ja
    no: Nee
    more: Alleen de wijk leest mee.
  - ask: foto
    kind: photo
    text: Maak een foto van de plek.
    allow: [skip]
  - ask: verhaal
    kind: story
    text: Wat gebeurde er?
  - ask: wens
    kind: text
    text: Wat had je liever gehad?
"""
PEOPLE = (
    "addresses",
    "sessions",
    "consents",
    "stories",
    "answers",
    "photos",
    "recordings",
    "outbox",
    "sends",
)
"""Tables whose rows are about people."""


TITLES = {"anna": "Brood met kaas", "bram": "Brood met honing"}
"""What each calls their story; without a name, which would be taken out."""


def name_file(what: str, address: str) -> str:
    """The id in the media store of what somebody sends."""
    return uuid5(NAMESPACE_OID, f"{what} of {address}").hex


async def begin(house: QuietHouse, address: str, *, photo: str = "", sound: str = "") -> None:
    """Agree, send a photo and a recording (ids in the media store), up to where the story is typed."""
    await house.start(address, "straat")
    await house.tap(address, "yes")
    await house.send(address, {"photo": photo or name_file("photo", address)})
    await house.send(address, {"sound": sound or name_file("sound", address)})


async def tell(
    house: QuietHouse, address: str, words: str = TOLD, *, photo: str = "", sound: str = ""
) -> None:
    """Tell a story with a photo and a recording, and keep it as it was typed."""
    await begin(house, address, photo=photo, sound=sound)
    await house.say(address, words)
    await house.tap(address, "done")
    await house.say(address, TITLES[address])
    await house.tap(address, "change")
    await house.say(address, words)
    await house.tap(address, "keep")
    assert house.channel.said[address][-1].text == phrase("nl", "finished")
    house.heard(address)
