"""The command line: `vertelbot COMMAND`; what goes wrong is one line on stderr and a non-zero exit."""

import logging
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Final

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from flows.errors import FlowError
from storage.embedded.errors import EmbeddedServerError
from storage.errors import StorageError
from storage.faults import describe_database_error
from workers.loading import loading
from workers.weights import WeightsError

QUIET = ("httpx", "httpcore", "alembic", "rq.worker", "telegram", "faster_whisper", "aiohttp.access")
"""Libraries whose log lines hold addresses or say nothing to an operator; only their warnings are shown."""

COMMANDS: Final = (
    "audio",
    "channels",
    "chat",
    "consents",
    "demo",
    "doctor",
    "entries",
    "erase",
    "erasures",
    "export",
    "flows",
    "inbox",
    "keys",
    "migrate",
    "outbox",
    "privacy",
    "recordings",
    "retention",
    "serve",
    "worker",
)
"""Each is a module of `bot.commands` that holds a command of its own name."""


class _Commands(click.Group):
    """Loads a command when it is asked for: what all of them need takes a second to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        with loading():
            command: click.Command = getattr(import_module(f"bot.commands.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vertelbot")
def vertelbot() -> None:
    """Tell an experience by voice or text in a chat, and say yourself what it means."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def main() -> None:
    """Run a command; known errors become one line, an interruption the exit code of one."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a script's `&` had it ignored
    try:
        code: object = vertelbot(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or Python complains once more at exit
        sys.exit(0)
    except (OperationalError, ProgrammingError) as error:
        click.echo(describe_database_error(error), err=True)
        sys.exit(1)
    except (FlowError, StorageError, EmbeddedServerError, WeightsError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _stop(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command like Ctrl-C does: through its `finally` blocks."""
    del frame
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
