"""Everything a bot leaves behind, looked through for some words: stores, files, queue, logs, figures."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
from psycopg import sql

from workers.queue import connect_valkey


@dataclass(frozen=True, slots=True)
class House:
    """Where a bot keeps things: addresses of its stores, its folder with files and logs, its server."""

    database_url: str
    valkey_url: str
    folder: Path
    url: str


def ransack(house: House, words: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """(name of a word, place) for every place in which one can be read as it is; upper case or lower."""
    return {
        (name, place)
        for place, held in _list_all(house)
        for name, word in words.items()
        if word.lower() in held.lower()
    }


def _list_all(house: House) -> Iterator[tuple[str, bytes]]:
    yield from _list_cells(house.database_url)
    yield from _list_keys(house.valkey_url)
    for path in house.folder.rglob("*"):
        if path.is_file():
            yield f"files {path.suffix}", path.name.encode() + path.read_bytes()
    with urlopen(f"{house.url}/metrics", timeout=10) as answer:
        yield "metrics", answer.read()


def _list_cells(database_url: str) -> Iterator[tuple[str, bytes]]:
    """Every value of every table and view of ours, raw and as text."""
    with psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'"
        ).fetchall()
        for schema, table in tables:
            found = connection.execute(
                sql.SQL("select * from {}.{}").format(sql.Identifier(schema), sql.Identifier(table))
            )
            names = [column.name for column in found.description or ()]
            for row in found.fetchall():
                for name, value in zip(names, row, strict=True):
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table}.{name}", raw


def _list_keys(url: str) -> Iterator[tuple[str, bytes]]:
    """Every key of the queue's server with all that it holds; what is packed, unpacked too."""
    valkey: Any = connect_valkey(url)  # redis leaves its commands untyped
    for key in valkey.keys("*"):
        yield "valkey", key
        for raw in _read_key(valkey, key):
            yield "valkey", raw
            try:
                yield "valkey", zlib.decompress(raw)
            except zlib.error:
                continue
    valkey.close()


def _read_key(valkey: Any, key: bytes) -> list[bytes]:
    """All values of a key, with the names of their fields."""
    held: Any = []
    match valkey.type(key):
        case b"string":
            held = [valkey.get(key)]
        case b"list":
            held = valkey.lrange(key, 0, -1)
        case b"set":
            held = valkey.smembers(key)
        case b"zset":
            held = valkey.zrange(key, 0, -1)
        case b"hash":
            held = [part for pair in valkey.hgetall(key).items() for part in pair]
        case _:
            held = [valkey.dump(key)]
    return [value if isinstance(value, bytes) else str(value).encode() for value in held]
