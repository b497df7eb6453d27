"""A memory of content that lasts as long as a test."""


class MemoryOfContent:
    """Remembers Content SIDs in a dictionary."""

    def __init__(self) -> None:
        self.sids: dict[str, str] = {}

    async def find(self, key: str) -> str | None:
        """Find the SID kept under a key, or None."""
        return self.sids.get(key)

    async def keep(self, key: str, sid: str) -> None:
        """Keep a SID under a key."""
        self.sids[key] = sid
