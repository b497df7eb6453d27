"""A program for the tests: runs the servers of a home folder, prints them, ends with its standard input."""

import dataclasses
import json
import sys
from pathlib import Path

from storage.embedded.errors import EmbeddedServerError
from storage.embedded.home import running_servers

try:
    with running_servers(Path(sys.argv[1]), fsync=False) as servers:
        print(json.dumps(dataclasses.asdict(servers)), flush=True)  # noqa: T201 -- what the test reads
        sys.stdin.read()
except EmbeddedServerError as error:
    sys.exit(str(error))
