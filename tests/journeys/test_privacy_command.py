"""`vertelbot privacy` as an operator uses it."""

from pathlib import Path

from running_bot import run_command


def test_looking_at_a_text(tmp_path: Path) -> None:
    """The text without names on standard output, the reasons beside it; nothing else is needed or kept."""
    home = tmp_path / "home"
    done = run_command(
        {"VERTELBOT_HOME": str(home)}, "privacy", "look", typed="Fatima belde mevrouw ter haar uit Pathmos.\n"
    )

    assert done.returncode == 0
    assert done.stdout == "[persoon 1] belde mevrouw [persoon 2] uit [plaats 1].\n"
    assert done.stderr.splitlines() == [
        "[persoon 1] Fatima: first name, first names of deduce",
        "[persoon 2] ter haar: behind a title",
        "[plaats 1] Pathmos: list of names, enschede.yaml",
    ]
    assert not home.exists()


def test_a_municipality_that_is_not_there(tmp_path: Path) -> None:
    """One line that says what would be right."""
    done = run_command(
        {"VERTELBOT_HOME": str(tmp_path), "VERTELBOT_MUNICIPALITY": "atlantis"}, "privacy", "look", typed="x"
    )

    assert done.returncode == 1
    assert done.stderr == "VERTELBOT_MUNICIPALITY must be enschede, or a file of names that is there.\n"
    assert done.stdout == ""


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """One line as well."""
    sound = tmp_path / "verhaal.ogg"
    sound.write_bytes(b"OggS\xff\xfe\x00")
    done = run_command({"VERTELBOT_HOME": str(tmp_path)}, "privacy", "look", str(sound))

    assert done.returncode == 1
    assert done.stderr == "Error: This is no text in UTF-8.\n"
