"""The chat page over plain HTTP: forms, headers, the cookie, and what other sites may not do."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.channels.channel import Start
from bot.channels.web_messages import Message
from bot.channels.web_requests import COOKIE
from bot.chat_view import text_direction, view_conversation, write_length
from bot.page_texts import LANGUAGES, choose_language, words
from channels.parcels import send_all
from channels.web_house import House, open_house
from flows.inbound import Chose, Said
from flows.outbound import Option, Utterance
from storage.database import Database
from storage.vault import Vault

OURS = {"Sec-Fetch-Site": "same-origin"}
QUESTION = Utterance(
    "Doe je mee?", "nl", kind="consent", step="mee", options=(Option("yes", "Ja <b>graag</b>"),)
)


@pytest.fixture
async def house(database: Database, vault: Vault, tmp_path: Path) -> AsyncGenerator[House]:
    """A web chat on a real port; what it keeps is remembered, and nothing answers."""
    async with open_house(database, vault, tmp_path) as opened:
        yield opened


async def post(
    house: House, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] = OURS
) -> ClientResponse:
    """Send a form as a browser does, without following where it leads."""
    return await house.http.post(path, data=fields, headers=headers, allow_redirects=False)


async def get(house: House, path: str) -> tuple[int, str]:
    """Open a page: status and text."""
    answer = await house.http.get(path)
    return answer.status, await answer.text()


async def test_a_conversation_by_forms(house: House) -> None:
    """The form begins a conversation, known by a cookie no script can read; the answer form answers."""
    await house.add_entry("markt")
    begun = await post(house, "/chat", {"flow": "bewoner", "entry": "markt", "language": "en"})
    inbound = house.parse_last()
    await send_all(house.chat, house.find_address(), QUESTION, reference="1")
    status, page = await get(house, "/chat")
    said = await post(house, "/chat/say", {"id": "form-1", "step": "mee", "choice": "yes"})

    assert (begun.status, begun.headers["Location"]) == (303, "/chat")
    cookie = begun.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "Strict",
        "/",
        "",
    )
    assert inbound is not None
    assert inbound.start == Start("bewoner", "markt", "en")
    assert status == 200
    assert "Doe je mee?" in page
    assert "Ja &lt;b&gt;graag&lt;/b&gt;" in page
    assert cookie.value not in page
    assert (said.status, said.headers["Location"]) == (303, "/chat#now")
    answered = house.parse_last()
    assert answered is not None
    assert answered.content == Chose(("yes",), "mee")


async def test_the_cookie_over_https(database: Database, vault: Vault, tmp_path: Path) -> None:
    """Behind https the cookie never travels without it."""
    async with open_house(database, vault, tmp_path, "https://vertelpunt.example") as house:
        begun = await post(house, "/chat", {})

        assert begun.cookies[COOKIE]["secure"] is True


async def test_headers_of_every_page(house: House) -> None:
    """Pages run no foreign or inline script, stand in no frame, are kept in no cache and tell nobody."""
    for path in ("/chat", "/chat/new", "/chat/close", "/chat/closed", "/chat?flow=weg"):
        answer = await house.http.get(path)
        policy = answer.headers["Content-Security-Policy"]

        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "microphone=(self)" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/chat", "/chat/say", "/chat/close"])
@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
)
async def test_forms_of_other_sites(house: House, path: str, headers: dict[str, str]) -> None:
    """Another site can neither begin, answer nor close a conversation."""
    await post(house, "/chat", {})
    answer = await post(house, path, {"id": "1", "text": "hoi"}, headers)

    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
    assert len(house.kept) == 1


@pytest.mark.parametrize(
    ("query", "status"), [("?flow=weg", 404), ("?flow=%20", 400), ("?language=nederlands", 400)]
)
async def test_a_link_that_is_wrong(house: House, query: str, status: int) -> None:
    """A wrong link answers a page that says so and leads on."""
    found, page = await get(house, f"/chat{query}")
    posted = await post(house, "/chat", {"flow": "weg"})

    assert found == status
    assert 'href="/chat"' in page
    assert posted.status == 404
    assert not house.kept


async def test_a_link_while_a_conversation_is_open(house: House) -> None:
    """A link to a flow asks first whether to go on with the conversation that is open."""
    await post(house, "/chat", {})
    _, page = await get(house, "/chat?flow=bewoner&language=en")

    assert "Go on with your conversation" in page
    assert 'name="flow" value="bewoner"' in page


async def test_the_bare_address(house: House) -> None:
    """Whoever types only the address comes to the chat; what a link asks for goes along."""
    for query in ("", "?flow=bewoner&entry=markt%20oost"):
        answer = await house.http.get(f"/{query}", allow_redirects=False)

        assert (answer.status, answer.headers["Location"]) == (303, f"/chat{query}")


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Deze pagina is er niet"), ("en", "This page does not exist")]
)
async def test_a_page_that_is_not_there(house: House, language: str, words: str) -> None:
    """A browser gets a page that leads on; the API and machines get what they can read."""
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    page = await house.http.get("/console", headers=headers)
    unknown = await house.http.get("/api/nothing", headers=headers)
    machine = await house.http.get("/console")
    posted = await house.http.post("/webhooks/nobody", headers=headers)

    assert page.status == unknown.status == machine.status == posted.status == 404
    assert words in await page.text()
    assert 'href="/chat"' in await page.text()
    assert page.headers["Cache-Control"] == "no-store"
    assert list(await unknown.json()) == ["error"]
    assert machine.content_type == posted.content_type == "text/plain"


async def test_closing(house: House) -> None:
    """After closing the device knows of no conversation."""
    await post(house, "/chat", {})
    closed = await post(house, "/chat/close", {})
    _, page = await get(house, "/chat")

    assert closed.headers["Location"].startswith("/chat/closed")
    assert "Begin" in page
    assert (await house.http.get("/chat/messages?after=0")).status == 401


async def test_what_a_form_may_hold(house: House) -> None:
    """Typed text keeps its lines; an empty form and a wrong id are told so; without a cookie one begins."""
    assert (await post(house, "/chat/say", {"id": "1", "text": "hoi"})).headers["Location"] == "/chat"
    await post(house, "/chat", {})
    await post(house, "/chat/say", {"id": "1", "text": "een\r\ntwee"})
    typed = house.parse_last()
    empty = await post(house, "/chat/say", {"id": "2", "text": "  "})
    wrong = await post(house, "/chat/say", {"id": "a b", "text": "hoi"})
    many = await post(house, "/chat/say", {f"field-{number}": "x" for number in range(500)})

    assert typed is not None
    assert typed.content == Said("een\ntwee")
    assert empty.status == wrong.status == many.status == 400
    assert "Er is nog niets ingevuld." in await empty.text()
    assert "Kies eerst een antwoord." in await (await post(house, "/chat/say", {"ready": "1"})).text()


async def test_a_text_and_a_choice_in_one_form(house: House) -> None:
    """Who is done with words still in the box sends both: first the words, then that it is all."""
    more = Utterance("Vertel verder.", "nl", kind="story", step="verhaal", options=(Option("done", "Klaar"),))
    await post(house, "/chat", {})
    await send_all(house.chat, house.find_address(), more, reference="1")
    _, page = await get(house, "/chat")
    fields = {"id": "form-1", "text": "nog iets", "choice": "done", "step": "verhaal"}
    for _ in range(2):
        await post(house, "/chat/say", fields)
    text, choice = [house.chat.parse(each.raw) for each in list(house.kept.values())[1:]]

    assert 'value="done" form="typing"' in page
    assert text is not None
    assert choice is not None
    assert (text.content, choice.content) == (Said("nog iets"), Chose(("done",), "verhaal"))


async def test_an_answer_waits_for_the_next_question(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    """Without script the page comes with what is asked next, not with what was asked before."""
    async with open_house(database, vault, tmp_path, patience=60) as house, asyncio.timeout(30):
        await post(house, "/chat", {})
        await send_all(house.chat, house.find_address(), QUESTION, reference="1")
        answering = asyncio.create_task(post(house, "/chat/say", {"id": "1", "step": "mee", "choice": "yes"}))
        done, _ = await asyncio.wait([answering], timeout=0.5)
        further = Utterance("Waar was het?", "nl", kind="text", step="waar")
        await send_all(house.chat, house.find_address(), further, reference="2")
        answer = await answering

    assert not done
    assert (answer.status, answer.headers["Location"]) == (303, "/chat#now")


@pytest.mark.parametrize(("code", "label"), [("go_on", "Ga verder"), ("start", "Nog een verhaal")])
async def test_one_button_without_a_question(house: House, code: str, label: str) -> None:
    """A button that belongs to no step is shown as the open question and sent without a step."""
    offer = Utterance("Tot zo.", "nl", kind="choice", options=(Option(code, label),))
    await post(house, "/chat", {})
    await send_all(house.chat, house.find_address(), offer, reference="1")
    _, page = await get(house, "/chat")
    await post(house, "/chat/say", {"id": "1", "step": "", "choice": code})
    tapped = house.parse_last()

    assert f'value="{code}"' in page
    assert label in page
    assert "<progress" not in page
    assert "Typ een bericht" in page
    assert tapped is not None
    assert tapped.content == Chose((code,), None)


async def test_what_the_script_fetches(house: House) -> None:
    """The part of the page that is new holds what came after a message, and the open question."""
    await post(house, "/chat", {})
    for number in (1, 2):
        await send_all(
            house.chat, house.find_address(), Utterance(f"bericht {number}", "nl"), reference=str(number)
        )
    await send_all(house.chat, house.find_address(), QUESTION, reference="3")
    status, part = await get(house, "/chat/messages?after=1")

    assert status == 200
    assert "bericht 1" not in part
    assert "bericht 2" in part
    assert 'value="yes"' in part
    assert (await get(house, "/chat/messages?after=x"))[0] == 400


async def test_files_of_the_page(house: House) -> None:
    """Script and style have their type; nothing else can be fetched there."""
    script = await house.http.get("/chat/static/chat.js")
    style = await house.http.get("/chat/static/chat.css")
    other = await house.http.get("/chat/static/..%2fserver.py")

    assert script.content_type == "text/javascript"
    assert style.content_type == "text/css"
    assert other.status == 404


def test_texts_of_the_page() -> None:
    """Every language has the same texts with the same placeholders, and no sentence is long."""
    first, *others = (words(language) for language in LANGUAGES)
    for texts in others:
        assert texts.keys() == first.keys()
        for key, text in texts.items():
            assert [part.split("}")[0] for part in text.split("{")[1:]] == [
                part.split("}")[0] for part in first[key].split("{")[1:]
            ]
    for language in LANGUAGES:
        for text in words(language).values():
            for sentence in text.replace("?", ".").replace(":", ".").split("."):
                assert len(sentence.split()) <= 12, sentence


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "nl"), ("en-GB,nl;q=0.5", "en"), ("fr, en;q=0.3, nl;q=0.8", "nl"), ("de", "nl"), ("en;q=x", "nl")],
)
def test_the_language_asked_for(accepted: str, language: str) -> None:
    """The page speaks the first of its languages that the browser asks for."""
    assert choose_language(accepted) == language


def _tell(number: int, **keys: Any) -> Message:
    return {"n": number, "from": "bot", "kind": "say", "text": "", "language": "nl", **keys}


def test_the_open_question() -> None:
    """A question is open until the teller says something; words of the bot after it change nothing."""
    asked = [_tell(1, kind="story", step="verhaal"), _tell(2), _tell(3, kind="review")]
    said: list[Message] = [*asked, {"n": 4, "from": "teller", "id": "1", "kind": "text", "text": "hoi"}]

    assert view_conversation(asked, "nl").question == asked[0]
    assert view_conversation(said, "nl").question is None
    assert view_conversation([], "en").language == "en"
    assert view_conversation([_tell(1, language="ar")], "en").language == "ar"
    assert view_conversation([_tell(1, language="fr")], "en").language == "en"


@pytest.mark.parametrize("waiting", [False, True])
def test_the_draft(waiting: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Changing begins with the text just shown, and with none where none was shown."""
    before = [] if waiting else [_tell(1, kind="review", text="Zo was het.")]
    messages: list[Message] = [
        *before,
        _tell(2, kind="confirm"),
        {"n": 3, "from": "teller", "id": "1", "kind": "choice", "text": "", "codes": ["change"]},
        _tell(4, kind="story", step="verhaal"),
    ]

    assert view_conversation(messages, "nl").draft == ("" if waiting else "Zo was het.")


@pytest.mark.parametrize("again", [False, True])
def test_the_draft_after_other_words(again: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A misread answer between text and change changes nothing; a story told anew since then does."""
    messages: list[Message] = [
        _tell(1, kind="review", text="Zo was het."),
        _tell(2, kind="confirm"),
        {"n": 3, "from": "teller", "id": "1", "kind": "text", "text": "paars"},
        _tell(4),
        _tell(5, kind="story" if again else "confirm"),
        {"n": 6, "from": "teller", "id": "2", "kind": "choice", "text": "", "codes": ["change"]},
        _tell(7, kind="story", step="verhaal"),
    ]

    assert view_conversation(messages, "nl").draft == ("" if again else "Zo was het.")


def test_small_words() -> None:
    """Directions and lengths as the page writes them."""
    assert (text_direction("ar"), text_direction("nl")) == ("rtl", "ltr")
    assert (write_length(5.4), write_length(59.6), write_length(3600)) == ("0:05", "1:00", "60:00")


@pytest.mark.parametrize(
    ("flow", "offered"), [("wijkcoach", {"en"}), ("bewoner", {"en", "tr", "ar", "pl"})], ids=["two", "five"]
)
async def test_a_flow_begins_in_a_language_it_speaks(house: House, flow: str, offered: set[str]) -> None:
    """The beginning offers the languages of its flow; whoever asks for another gets the first of them."""
    answer = await house.http.get(f"/chat?flow={flow}", headers={"Accept-Language": "fr"})
    page = await answer.text()

    assert 'lang="nl"' in page
    assert {each for each in ("en", "tr", "ar", "pl") if f"language={each}" in page} == offered
