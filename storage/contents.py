"""Which stored message templates Twilio holds for us, by the hash of what is in them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from storage.database import Database
from storage.tables import twilio_contents


@dataclass(frozen=True, slots=True)
class TwilioContents:
    """Remembers the id (SID) of each template."""

    database: Database

    async def find(self, key: str) -> str | None:
        """The SID of a template; None when there is none yet."""
        async with self.database.reading() as connection:
            statement = select(twilio_contents.c.sid).where(twilio_contents.c.key == key)
            return (await connection.execute(statement)).scalar_one_or_none()

    async def keep(self, key: str, sid: str) -> None:
        """Remember a template; the first one kept stays."""
        async with self.database.transaction() as connection:
            await connection.execute(
                upsert(twilio_contents).values(key=key, sid=sid).on_conflict_do_nothing()
            )
