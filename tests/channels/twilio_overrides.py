"""What stands behind `#` in an address of ours and tells Twilio how to call it.

After Twilio's page on connection overrides: `ct`, `rt` and `tt` in milliseconds, `rc` the number of new
tries, `rp` the kinds of failure that are tried again.
"""

from dataclasses import dataclass
from typing import Final, Literal, Self
from urllib.parse import parse_qsl, urlsplit

Failure = Literal["4xx", "5xx", "ct", "rt"]

_POLICIES: Final = frozenset({"4xx", "5xx", "ct", "rt"})
_BOUNDS: Final = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}


@dataclass(frozen=True, slots=True)
class Overrides:
    """How an address is called: times in seconds, the new tries, and after which failures there are any."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @classmethod
    def read_from(cls, url: str) -> Self:
        """Read the fragment of an address. Raises ValueError for one that Twilio does not know."""
        given = dict(parse_qsl(urlsplit(url).fragment, strict_parsing=bool(urlsplit(url).fragment)))
        policy = set(given.pop("rp", "ct").split(","))
        policy = _POLICIES if policy == {"all"} else frozenset(policy)
        if not policy <= _POLICIES or not given.keys() <= _BOUNDS.keys():
            raise ValueError("unknown connection overrides")
        for name, value in given.items():
            if not _BOUNDS[name][0] <= int(value) <= _BOUNDS[name][1]:
                raise ValueError(f"connection override {name} is out of bounds")
        seconds = {name: int(value) / 1000 for name, value in given.items() if name != "rc"}
        return cls(
            connect=seconds.get("ct", 5.0),
            read=seconds.get("rt", 15.0),
            total=seconds.get("tt", 15.0),
            retries=int(given.get("rc", "1")),
            policy=policy,
        )
