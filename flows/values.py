"""What the engine passes about: values that never change, quick to make, and known to JSON.

`msgspec` structs are what frozen, slotted dataclasses are, but made and copied in a tenth of the time, and
written to and read from JSON by their types, so that nobody keeps two such functions in step by hand.
"""

from typing import Any, TypeVar, dataclass_transform

import msgspec
from msgspec.structs import replace

V = TypeVar("V", bound="Value")


@dataclass_transform(frozen_default=True)
class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value; two with the same content are equal."""


def write_value(value: Value) -> dict[str, Any]:
    """A value as plain JSON; what is as by default is left out."""
    return msgspec.to_builtins(value)


def read_value(kind: type[V], body: Any) -> V:
    """A value from its plain JSON. Raises ValueError when it has another shape."""
    return msgspec.convert(body, kind)


__all__ = ["Value", "read_value", "replace", "write_value"]
