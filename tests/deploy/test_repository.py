"""Checks the repository's shell: the lock, the wheel, who owns our package names, the first commands."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "workers", "storage", "flows")


def kept_files(package: str) -> set[str]:
    """Return the files of a package's folder by their path in the repository, compiled ones left out."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel with hatchling and return the names of the files in it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_lock_names_no_addresses() -> None:
    """constraints.txt pins versions and leaves open from where they come."""
    lock = (ROOT / "constraints.txt").read_text()

    assert "://" not in lock
    assert all(re.match(r"[a-z0-9-]+==\S+", line) for line in lock.splitlines())


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_the_whole_package(package: str, wheel_names: set[str]) -> None:
    """Not one module, flow, picture, template, script or migration of the tree is missing in the wheel."""
    assert f"{package}/__init__.py" in wheel_names
    assert kept_files(package) - wheel_names == set()


def test_the_wheel_holds_each_kind_of_data(wheel_names: set[str]) -> None:
    """The kinds of files that packaging loses most easily are there at all."""
    for pattern in (
        r"flows/catalogue/[^/]+\.yaml",
        r"flows/catalogue/pictures/.+\.svg",
        r"flows/phrases/.+\.yaml",
        r"storage/migrations/versions/.+\.py",
        r"bot/.*templates/.+",
        r"bot/.*static/.+",
    ):
        assert any(re.fullmatch(pattern, name) for name in wheel_names), pattern


def test_the_wheel_holds_nothing_else(wheel_names: set[str]) -> None:
    """Tests, docs and settings of the tree stay out."""
    assert {name.split("/")[0].split("-")[0] for name in wheel_names} == {*PACKAGES, "vertelbot"}


@pytest.mark.parametrize("package", PACKAGES)
def test_our_package_names_are_ours_alone(package: str) -> None:
    """The registry has packages of these names: none of them came in, and the name leads to this tree."""
    spec = find_spec(package)

    # An editable install is a mere path, so that no distribution may be listed for the name at all.
    assert set(packages_distributions().get(package, [])) <= {"vertelbot"}
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_the_readme_begins_with_the_two_commands() -> None:
    """The first two commands a reader meets are the demo and the tests."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0].strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    commands = [line for line in lines if line]

    assert commands[:2] == ["make demo", "make test"]
