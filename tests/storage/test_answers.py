"""Answers: a row for each part, in order; an earlier answer stays, and counts no more."""

from datetime import UTC, datetime

from flows.session import Session
from flows.turn import AnswerGiven, Part
from storage import answers, participants, sessions
from storage.database import Database
from storage.vault import Vault
from storage_probe import read_as_owner

READ = "select part, code, number::float, sealed_text is null, x, y, superseded from answers order by id"


async def test_another_answer_takes_the_place_of_the_first(
    database: Database, vault: Vault, database_url: str
) -> None:
    """Parts that have nothing in common stand side by side; a withdrawn answer leaves none that counts."""
    stones = (Part("a", x=12.5, y=80.0), Part("b", code="off"), Part("c", text="iets anders"))
    async with database.transaction() as connection:
        address = await participants.add_address(connection, vault, "web", "iemand")
        state = Session("kort", 1, "nl", touched=datetime.now(UTC).timestamp())
        session = (await sessions.add_session(connection, vault, address, state)).id
        for parts in (stones, (Part(number=33.33),), ()):
            await answers.add_answer(
                connection,
                vault,
                session,
                AnswerGiven("waar", "stones", "answered", parts, "buttons", ("a", "b")),
            )
        other = AnswerGiven("anders", "choice", "answered", (Part(code="ja"),), "text")
        await answers.add_answer(connection, vault, session, other)

    rows = read_as_owner(database_url, READ)
    assert rows == [
        ("a", None, None, True, 12.5, 80.0, True),
        ("b", "off", None, True, None, None, True),
        ("c", None, None, False, None, None, True),
        ("", None, 33.33, True, None, None, True),
        ("", None, None, True, None, None, False),
        ("", "ja", None, True, None, None, False),
    ]
    async with database.transaction() as connection:
        await answers.withdraw_answer(connection, session, "waar")
    counting = "select question, shown from answers where not superseded"
    assert read_as_owner(database_url, counting) == [("anders", [])]
