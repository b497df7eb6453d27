"""The lists by which names are known: of Dutch, of the municipality, and those that come with deduce."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

from pydantic import BaseModel, ConfigDict

from flows.reading.words import fold
from flows.yaml_reader import YamlError, load_plain
from storage.errors import SettingsError

_LISTS: Final = "workers.deidentification.lists"
_SHORTEST: Final = 2
_STREET_ENDINGS: Final = ("weg", "pad", "plein", "dijk", "hof", "park", "markt", "brink", "veld", "kamp")


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
    added_names: frozenset[str]
    surnames: frozenset[str]
    prefixed: frozenset[str]
    places: frozenset[str]
    streets: frozenset[str]
    terms: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    naming: frozenset[str]
    interfixes: frozenset[str]
    foreign_interfixes: frozenset[str]
    strong_interfixes: frozenset[str]
    plain_interfixes: frozenset[str]
    everyday: frozenset[str]
    doings: frozenset[str]
    happenings: frozenset[str]
    afterwards: frozenset[str]
    behind_names: frozenset[str]
    sayings: frozenset[str]
    pets: frozenset[str]
    towns: frozenset[str]
    doubles: frozenset[str]
    with_capital: frozenset[str]
    bare_names: frozenset[str]
    nicknames: frozenset[str]
    first_halves: frozenset[str]
    fillers: frozenset[str]
    towards: frozenset[str]
    adverbs: frozenset[str]
    employers: frozenset[str]
    not_streets: frozenset[str]
    institutions: frozenset[str]
    papers: frozenset[str]
    rooms: frozenset[str]
    other_numbers: frozenset[str]
    units: frozenset[str]
    organisations: frozenset[str]
    surname_ends: frozenset[str]
    virtues: frozenset[str]
    only_surnames: frozenset[str]
    syllables: frozenset[str]
    behind_ter: frozenset[str]
    trades: frozenset[str]
    behind_de: frozenset[str]
    places_of_people: frozenset[str]
    named_organisations: frozenset[str]
    organisation_endings: frozenset[str]
    company_endings: frozenset[str]
    attending: frozenset[str]
    school_names: frozenset[str]
    school_words: frozenset[str]
    capitals: frozenset[str]


@lru_cache(1)
def load_words() -> Words:
    """The lists of Dutch; names of people and places are those of deduce."""
    kept = _read_yaml(files(_LISTS).joinpath("nl.yaml"))
    data = _find_deduce() / "data/lookup/src"
    read = _fold_all(kept)
    added = frozenset[str]().union(*_fold_all(_read_yaml(files(_LISTS).joinpath("names.yaml"))).values())
    first_names = _read_names(data, "names/lst_first_name")
    prefixed = _read_names(data, "names/lst_interfix_surname")
    surnames = _read_names(data, "names/lst_surname") | prefixed
    places = _read_names(data, "locations/lst_placename/lst_residence")
    places |= _read_names(data, "locations/lst_placename/lst_municipality")
    return Words(
        first_names=first_names | added,
        added_names=added - first_names,
        surnames=surnames,
        prefixed=prefixed,
        places=places,
        streets=_read_streets(data),
        terms=_read_names(data, "whitelist/lst_medical_term") - first_names - surnames,
        **read,
    )


def load_names(municipality: str | Path) -> Names:
    """The names of a municipality: one that comes along, by its code, or those in a file of your own.

    Raises SettingsError when the file is not one of names.
    """
    if isinstance(municipality, str):
        source: Traversable | Path = files(_LISTS).joinpath(f"{municipality}.yaml")
    else:
        source = municipality
    try:
        kept = _NamesFile.model_validate(_read_yaml(source))
    except (OSError, ValueError, YamlError) as error:
        raise SettingsError(
            f"{source.name} is no file of names: it may have the keys places, streets, institutions and,"
            " with the same keys in it, capitalised; each has names with commas between them."
        ) from error
    return Names(source.name, _fold_groups(kept), _fold_groups(kept.capitalised))


class _Groups(BaseModel):
    """Names with commas between them, by what they are."""

    model_config = ConfigDict(extra="forbid", strict=True)

    places: str = ""
    streets: str = ""
    institutions: str = ""


class _NamesFile(_Groups):
    """A file of names; those in `capitalised` count with a capital only."""

    capitalised: _Groups = _Groups()


def _fold_groups(groups: _Groups) -> dict[str, frozenset[str]]:
    kept = {"places": groups.places, "streets": groups.streets, "institutions": groups.institutions}
    return {key: names - {""} for key, names in _fold_all(kept).items()}


def _find_deduce() -> Path:
    """The folder of deduce, without loading it: that would send every library's messages to the output."""
    found = find_spec("deduce")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("deduce")
    return Path(found.submodule_search_locations[0])


def _fold_all(kept: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Each value is names with commas between them."""
    return {key: frozenset(fold(name.strip()) for name in names.split(",")) for key, names in kept.items()}


def _read_yaml(source: Traversable | Path) -> Mapping[str, str]:
    return cast("Mapping[str, str]", load_plain(source.read_text(encoding="utf-8")))


def _read_streets(data: Path) -> frozenset[str]:
    """Streets of the Netherlands in one word, of those whose ending is one of everyday words too."""
    names = data.joinpath("locations/lst_street/items.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name.casefold() for name in names if name.isalpha() and name.endswith(_STREET_ENDINGS))


def _read_names(data: Path, folder: str) -> frozenset[str]:
    lines: Iterable[str] = data.joinpath(folder, "items.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(line.strip()) for line in lines if len(line.strip()) >= _SHORTEST)
