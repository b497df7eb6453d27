"""What is in the database after a storm, read at once."""

from collections import defaultdict
from typing import Any

from chaos.people import Person
from storage.vault import Vault
from storage_probe import read_as_owner

Row = tuple[Any, ...]


class Kept:
    """Sessions, stories and answers, messages and what the platforms said of them, by their addresses."""

    def __init__(self, url: str, secret: str) -> None:
        vault = Vault([secret])
        self.url = url
        self.find_token = vault.find_token
        self.addresses = {str(row[0]): str(row[1]) for row in self.read("select token, id from addresses")}
        self.sessions: dict[str, list[Row]] = defaultdict(list)
        for row in self.read("select address, id, status from sessions"):
            self.sessions[str(row[0])].append(row[1:])
        self.stories = {row[0]: row[1:] for row in self.read("select session, story, title from stories")}
        self.answers: dict[Any, list[Row]] = defaultdict(list)
        for row in self.read(
            "select session, question, status, part, code, number, text, x, y from answers"
            " where not superseded order by id"
        ):
            self.answers[row[0]].append(row[1:])
        self.outbox: dict[str, list[Row]] = defaultdict(list)
        for row in self.read("select address, id, state, attempts, error from outbox order by id"):
            self.outbox[str(row[0])].append(row[1:])
        self.sends = {
            str(row[0]): (int(row[1]), int(row[2]))
            for row in self.read("select provider_id, outbox, part from sends where provider_id is not null")
        }
        self.web: dict[str, list[int]] = defaultdict(list)
        for row in self.read(
            "select address, substr(source, 5)::bigint from chat_messages where source like 'out:%'"
            " order by address, n"
        ):
            self.web[str(row[0])].append(int(row[1]))

    def read(self, statement: str) -> list[Row]:
        """Rows."""
        return read_as_owner(self.url, statement)

    def count(self, statement: str) -> int:
        """One number."""
        ((number,),) = self.read(statement)
        return int(number)

    def find_address(self, person: Person) -> str | None:
        """The row of a teller's address."""
        return self.addresses.get(self.find_token(person.channel, person.address))
