"""The command line: `vertelbot COMMAND`; what goes wrong is one line on stderr and a non-zero exit."""

import logging
import os
import signal
import sys
from types import FrameType

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.commands.channels import channels
from bot.commands.chat import chat
from bot.commands.demo import demo
from bot.commands.doctor import doctor
from bot.commands.entries import entries
from bot.commands.export import export
from bot.commands.flows import flows
from bot.commands.inbox import inbox
from bot.commands.migrate import describe_database_error, migrate
from bot.commands.outbox import outbox
from bot.commands.serve import serve
from bot.commands.worker import worker
from flows.errors import FlowError
from storage.embedded.errors import EmbeddedServerError
from storage.errors import StorageError
from workers.weights import WeightsError

QUIET = ("httpx", "httpcore", "alembic", "rq.worker", "telegram", "faster_whisper", "aiohttp.access")
"""Libraries whose log lines hold addresses or say nothing to an operator; only their warnings are shown."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vertelbot")
def vertelbot() -> None:
    """Tell an experience by voice or text in a chat, and say yourself what it means."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


for command in (
    demo,
    serve,
    worker,
    migrate,
    flows,
    entries,
    channels,
    inbox,
    outbox,
    chat,
    export,
    doctor,
):
    vertelbot.add_command(command)


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
