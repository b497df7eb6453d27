"""What the web chat kept of a message: reads it back, purely."""

from collections.abc import Mapping
from typing import Any, cast

from bot.channels.channel import Image, Inbound, ParseError, Sound, Start
from flows.inbound import Chose, Placed, PlacedAll, Said


def read_message(raw: Mapping[str, Any]) -> Inbound:
    """Read what `WebChat.begin` and `WebChat.receive` kept. Raises ParseError."""
    try:
        return _read_raw(raw)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ParseError("a message of the web chat without its parts") from error


def _read_raw(raw: Mapping[str, Any]) -> Inbound:
    address = _expect(raw["address"], str)
    step = _expect(raw["step"], str) if "step" in raw else None
    if "start" in raw:
        start = _expect(raw["start"], dict)
        words = {
            key: _expect(start[key], str) if start.get(key) else None for key in ("flow", "entry", "language")
        }
        return Inbound(
            address, start=Start(**words, aloud=bool(start.get("aloud"))), language=words["language"]
        )
    if "media" in raw:
        seconds = float(raw["seconds"]) if raw.get("seconds") is not None else None
        sound = Sound("media", _expect(raw["media"], str), seconds, int(raw["size"]))
        return Inbound(address, sound=sound)
    if "codes" in raw:
        codes = tuple(_expect(code, str) for code in cast(list[object], _expect(raw["codes"], list)))
        return Inbound(address, Chose(codes, step))
    if "point" in raw:
        return Inbound(address, Placed(float(raw["point"]["x"]), float(raw["point"]["y"]), step))
    if "points" in raw:
        points = [None if point is None else (float(point[0]), float(point[1])) for point in raw["points"]]
        return Inbound(address, PlacedAll(tuple(points), step))
    if "photo" in raw:
        return Inbound(address, image=Image("media", _expect(raw["photo"], str), int(raw["size"])))
    return Inbound(address, Said(_expect(raw["text"], str)))


def _expect(value: object, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value
