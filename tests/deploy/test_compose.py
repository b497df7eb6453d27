"""Checks the compose files: schema, what they refer to, how secrets come in, which settings they name."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
BASE = "docker-compose.yml"
OVERRIDES = ("docker-compose.telegram.yml", "docker-compose.whatsapp.yml", "docker-compose.readers.yml")
ALL = (BASE, *OVERRIDES)
IMAGE = "vertelbot:local"
STORES = ("postgres", "valkey")
HIDDEN = re.compile(r"(TOKEN|SECRET|KEY|PASSWORD|DATABASE_URL)(_FILE)?$")


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one compose file, as read."""

    file: str
    name: str
    body: Mapping[str, Any]

    @property
    def is_ours(self) -> bool:
        """Whether it runs our image (and not a store's)."""
        return self.body.get("image", IMAGE) == IMAGE and self.name not in STORES

    @property
    def environment(self) -> Mapping[str, str]:
        """Its settings, name to value."""
        return self.body.get("environment", {})

    @property
    def secrets(self) -> list[str]:
        """Names of the secrets mounted into it."""
        return self.body.get("secrets", [])

    @property
    def volumes(self) -> list[str]:
        """Names of the volumes mounted into it; a path of the machine counts under its own name."""
        return [mount.split(":")[0] for mount in self.body.get("volumes", [])]


def read(file: str) -> Mapping[str, Any]:
    """Return a compose file as plain mappings, aliases resolved."""
    yaml = YAML(typ="safe")
    return cast("Mapping[str, Any]", yaml.load((ROOT / file).read_text()))  # pyright: ignore[reportUnknownMemberType] - ruamel ships no full types


def services(*files: str) -> Iterator[Service]:
    """Yield every service of these files."""
    for file in files:
        for name, body in read(file)["services"].items():
            yield Service(file, name, body)


def compose_binary() -> list[str] | None:
    """Return the command of a real compose, if this machine has one."""
    if named := os.environ.get("COMPOSE_BINARY"):
        return [named]
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        return None
    return [docker, "compose"]


def test_all_files_are_looked_at() -> None:
    """No compose file of the tree is left out here."""
    assert sorted(path.name for path in ROOT.glob("docker-compose*.yml")) == sorted(ALL)


@pytest.mark.parametrize("file", ALL)
def test_follows_the_compose_schema(file: str) -> None:
    """No key is misspelt and no value has the wrong shape."""
    checker = Path(sys.executable).with_name("check-jsonschema")

    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", ROOT / file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("overrides", [(), *((override,) for override in OVERRIDES), OVERRIDES])
def test_a_real_compose_accepts_it(overrides: tuple[str, ...], tmp_path: Path) -> None:
    """Each override adds to services that exist, and compose accepts each file set where it is at hand."""
    files = [BASE, *overrides]

    assert {service.name for service in services(*files)} <= set(read(BASE)["services"])

    if binary := compose_binary():
        settings = tmp_path / "settings"
        settings.write_text("VERTELBOT_PUBLIC_URL=x\nTWILIO_ACCOUNT_SID=x\nTWILIO_WHATSAPP_FROM=x\n")
        chosen = ":".join(str(ROOT / file) for file in files)  # as operators choose them, in .env
        with settings.open("a") as lines:
            lines.write(f"COMPOSE_FILE={chosen}\n")
        done = subprocess.run(
            [*binary, "--env-file", settings, "config", "-q"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["volumes", "secrets"])
def test_names_only_what_is_defined(kind: str) -> None:
    """Each volume and secret a service mounts is defined, and nothing is defined that no service mounts."""
    for file in ALL:
        used = {name for service in services(file) for name in getattr(service, kind)}

        assert used == set(read(file).get(kind, {})), file


def test_every_service_is_kept_running() -> None:
    """Each has an init to reap dead children, and a health check or a restart, but for the one-shot."""
    for service in services(BASE):
        healthcheck = service.body.get("healthcheck", {"disable": True})

        assert service.body["init"] is True, service.name
        if service.name != "migrate":
            assert service.body["restart"] == "unless-stopped" or not healthcheck.get("disable"), service.name


def test_the_stores_and_the_server_say_how_they_are() -> None:
    """What others wait for can be asked whether it is ready."""
    bodies = {service.name: service.body for service in services(BASE)}

    for name in ("postgres", "valkey", "server"):
        assert "test" in bodies[name]["healthcheck"], name
    assert "/readyz" in bodies["server"]["healthcheck"]["test"][-1]


def test_our_services_can_do_little_harm() -> None:
    """Ours run on a read-only root without capabilities; ports open to this machine only."""
    for service in services(*ALL):
        if service.is_ours and service.file == BASE:
            assert service.body["read_only"] is True, service.name
            assert service.body["cap_drop"] == ["ALL"], service.name
        assert all(port.startswith("127.0.0.1:") for port in service.body.get("ports", [])), service.name


def test_secrets_come_from_files_without_a_default() -> None:
    """A secret is never a value here: its setting names a file of a secret that this very service mounts."""
    for service in services(*ALL):
        for name, value in service.environment.items():
            if HIDDEN.search(name):
                assert name.endswith("_FILE"), f"{service.name}: {name}"
                assert value.removeprefix("/run/secrets/") in service.secrets, f"{service.name}: {name}"
    for file in ALL:
        for name, secret in read(file).get("secrets", {}).items():
            assert secret == {"file": f"./secrets/{name}"}, name


def test_each_worker_serves_one_queue() -> None:
    """One queue per worker process: with two, a killed worker loses the job it just took."""
    workers = [service for service in services(BASE) if service.body.get("command", [""])[0] == "worker"]

    assert workers
    for worker in workers:
        assert worker.body["command"][:3] == ["worker", "--queue", worker.name]


def test_the_number_of_workers_lasts() -> None:
    """How many workers there are stands in .env, so that the next `up` keeps it; one a core by default."""
    [worker] = [service for service in services(BASE) if service.name == "transcription"]

    assert worker.body["command"][3:] == ["--workers", "${TRANSCRIPTION_WORKERS:-cores}"]
    assert worker.body["init"] is True


def test_the_stores_are_shut_off_unless_readers_are_let_in() -> None:
    """Only the readers' file gives a store a network with a way out, without which it could have no port."""
    stores = [service for service in services(*ALL) if service.name in STORES]

    assert {service.file for service in stores if "outside" in service.body["networks"]} == {
        "docker-compose.readers.yml"
    }
    assert {service.file for service in stores if service.body.get("ports")} == {"docker-compose.readers.yml"}
    assert read(BASE)["networks"]["inside"] == {"internal": True}


def test_the_first_step_brings_schema_and_flows() -> None:
    """What runs once per start calls commands that exist, and publishes the flows that come along."""
    [migrate] = [service for service in services(BASE) if service.name == "migrate"]
    commands = migrate.body["command"][0].split("\n")

    assert [command for command in commands if command] == [
        "vertelbot migrate",
        "vertelbot flows publish --catalogue",
    ]
    for command in filter(None, commands):
        arguments = command.split()
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments[1:], "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        options = {argument for argument in arguments if argument.startswith("--")}
        assert done.returncode == 0, done.stderr
        assert options <= set(done.stdout.replace(",", " ").split()), command


def test_plain_commands_keep_every_file() -> None:
    """Pages and compose files choose files and numbers in .env: a flag would be forgotten the next time."""
    written = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / file for file in ALL)]

    for path in written:
        source = path.read_text()
        assert not re.search(r"docker compose[^\n]* (-f|--file|--scale)\b", source), path.name
        assert "> .env" not in source.replace(">> .env", ""), path.name
    for override in OVERRIDES:
        assert f"COMPOSE_FILE={BASE}:{override}" in (ROOT / override).read_text()
        assert override in (ROOT / "docs" / "how-to" / "run-in-production.md").read_text()


def test_every_setting_is_documented() -> None:
    """Each setting that our services get stands in the table of docs/configuration.md."""
    table = ROOT / "docs" / "configuration.md"
    assert table.is_file()
    first_cells = re.findall(r"^\|([^|]*)\|", table.read_text(), re.MULTILINE)
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", " ".join(first_cells)))

    for service in services(*ALL):
        if service.is_ours:
            named = {name.removesuffix("_FILE") for name in service.environment}
            assert named <= documented, f"{service.name}: {sorted(named - documented)}"
