"""The touch page as a channel that only brings answers; what is said in return goes through the chat."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from bot.channels.channel import Inbound, Parcel, ParseError, Quota
from bot.channels.delivery_errors import RefusedError
from flows.inbound import Chose, Content, Placed, PlacedAll

NAME = "canvas"


def write_key(outbox: int) -> str:
    """Under which the one answer to a message's question is kept."""
    return f"{NAME}:{outbox}"


def write_raw(address: str, content: Chose | Placed | PlacedAll) -> dict[str, Any]:
    """What is kept of an answer; `CanvasChannel.parse` is its inverse."""
    raw: dict[str, Any] = {"address": address, "step": content.step}
    match content:
        case Chose(codes):
            return raw | {"codes": list(codes)}
        case Placed(x, y):
            return raw | {"point": [x, y]}
        case PlacedAll(points):
            return raw | {"points": [None if point is None else list(point) for point in points]}


class CanvasChannel:
    """The channel `canvas`: its arrivals name a chat of another channel, and nothing is ever sent here."""

    name: str = NAME
    windowed: bool = False
    reports: bool = False

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read what the touch page kept. Raises ParseError."""
        try:
            return Inbound(str(raw["address"]), _read_content(raw, str(raw["step"])))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ParseError("an answer of the touch page without its parts") from error

    def count_parts(self, parcel: Parcel) -> int:
        """Raises RefusedError: nothing can be sent here."""
        del parcel
        raise RefusedError("canvas")

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """None: nothing can be sent here."""
        del parcel, chat
        return ()

    async def send(self, parcel: Parcel) -> str | None:
        """Raises RefusedError."""
        del parcel
        raise RefusedError("canvas")

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """None: nothing was ever sent here."""
        del parcel, since, known

    async def send_template(self, parcel: Parcel) -> str | None:
        """Raises RefusedError."""
        del parcel
        raise RefusedError("canvas")


def _read_content(raw: Mapping[str, Any], step: str) -> Content:
    if "codes" in raw:
        return Chose(tuple(str(code) for code in raw["codes"]), step)
    if "points" in raw:
        points = cast(list[Any], raw["points"])
        return PlacedAll(tuple(None if point is None else _read_point(point) for point in points), step)
    return Placed(*_read_point(raw["point"]), step)


def _read_point(point: Any) -> tuple[float, float]:
    x, y = point
    return float(x), float(y)
