"""The lists by which names are known: of Dutch, of the municipality, and those that come with deduce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from flows.reading.words import fold
from flows.yaml_reader import load_plain

_LISTS: Final = "workers.deidentification.lists"
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names of a municipality by what they are; `capitalised` ones count with a capital only."""

    title: str
    always: Mapping[str, frozenset[str]]
    capitalised: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of Dutch: names of people, and the words that stand around them; all folded."""

    first_names: frozenset[str]
    surnames: frozenset[str]
    places: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    naming: frozenset[str]
    interfixes: frozenset[str]
    foreign_interfixes: frozenset[str]
    strong_interfixes: frozenset[str]
    everyday: frozenset[str]
    doings: frozenset[str]
    sayings: frozenset[str]
    pets: frozenset[str]
    towns: frozenset[str]
    doubles: frozenset[str]
    first_halves: frozenset[str]
    fillers: frozenset[str]
    towards: frozenset[str]
    adverbs: frozenset[str]
    employers: frozenset[str]
    not_streets: frozenset[str]
    organisations: frozenset[str]
    organisation_endings: frozenset[str]
    capitals: frozenset[str]


@lru_cache(1)
def load_words() -> Words:
    """The lists of Dutch; names of people and places are those of deduce."""
    kept = _read_yaml(files(_LISTS).joinpath("nl.yaml"))
    data = _find_deduce() / "data/lookup/src"
    read = _fold_all(kept)
    read["first_names"] |= _read_names(data, "names/lst_first_name")
    surnames = _read_names(data, "names/lst_surname") | _read_names(data, "names/lst_interfix_surname")
    places = _read_names(data, "locations/lst_placename/lst_residence")
    places |= _read_names(data, "locations/lst_placename/lst_municipality")
    return Words(surnames=surnames, places=places, **read)


def load_names(municipality: str | Path) -> Names:
    """The names of a municipality: one that comes along, by its code, or those in a file of your own."""
    if isinstance(municipality, Path):
        source: Traversable | Path = municipality
    else:
        source = files(_LISTS).joinpath(f"{municipality}.yaml")
    kept = dict(_read_yaml(source))
    capitalised = cast("Mapping[str, str]", kept.pop("capitalised", {}))
    return Names(source.name, _fold_all(kept), _fold_all(capitalised))


def _find_deduce() -> Path:
    """The folder of deduce, without loading it: that would send every library's messages to the output."""
    found = find_spec("deduce")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("deduce")
    return Path(found.submodule_search_locations[0])


def _fold_all(kept: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Each value is names with commas between them."""
    return {key: frozenset(fold(name.strip()) for name in names.split(",")) for key, names in kept.items()}


def _read_yaml(source: Traversable | Path) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", load_plain(source.read_text(encoding="utf-8")))


def _read_names(data: Path, folder: str) -> frozenset[str]:
    lines: Iterable[str] = data.joinpath(folder, "items.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line.strip()) for line in lines if len(line.strip()) >= _SHORTEST)
