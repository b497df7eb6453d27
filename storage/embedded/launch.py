"""What a child process does before it becomes a server: take its user, and tie its life to its parent's.

Run by path, `python -I -S launch.py ORDER`; ORDER is the JSON object that `process.spawn` writes:

- `argv`: the command to become, its first word an absolute path; `environment`: all it gets to see of one;
- `parent`: the process id of the parent, `stop_signal`: the signal that ends the server cleanly;
- `tie`: `signal` (Linux: the kernel sends `stop_signal` when the parent's thread ends) or `pipe` (elsewhere:
  this process stays as a watcher, and sends it when its standard input ends);
- `namespace`: the [user id, group id] to appear as in a user namespace of its own, or null;
- `account`: the [user id, group id] to drop to, or null.

A program of its own rather than a `preexec_fn`: that one runs Python between fork and exec, which can hang
when the parent has threads. It imports nothing of this project, so that it starts in a few hundredths of a
second.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def _enter_namespace(user: int, group: int) -> None:
    """Appear as `user` and `group` to ourselves alone; files made remain the caller's on disk."""
    real_user, real_group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"user namespace: {os.strerror(code)}")
    # Without `deny` the kernel refuses a group map from a process that has no rights outside the namespace.
    for name, line in (
        ("setgroups", "deny"),
        ("gid_map", f"{group} {real_group} 1"),
        ("uid_map", f"{user} {real_user} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 -- nothing is imported for one line
            file.write(line)


def _drop_to(user: int, group: int) -> None:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def _reset_signals() -> None:
    """Undo what Python and a shell's `&` leave ignored or blocked: it would live on through exec."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def _end_with_parent(parent: int, stop_signal: int) -> None:
    """Ask the kernel for `stop_signal` at the parent's end; it forgets when the user changes, so ask last."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, stop_signal) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl: {os.strerror(code)}")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit("the process that started this server is gone")


def _watch(argv: list[str], environment: dict[str, str], stop_signal: int) -> None:
    """Run the server as a child, end it when standard input ends, and exit as it does."""
    server = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, close_fds=False)  # noqa: S603 -- argv is ours, no shell

    def exit_as_the_server_does() -> None:
        code = server.wait()
        os._exit(code if code >= 0 else 128 - code)

    threading.Thread(target=exit_as_the_server_does).start()
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    server.send_signal(stop_signal)


def main(order: str) -> None:
    """Follow `order` (JSON, see above); a failure ends the process with one line on standard error."""
    wanted = json.loads(order)
    try:
        if wanted["namespace"] is not None:
            _enter_namespace(*wanted["namespace"])
        if wanted["account"] is not None:
            _drop_to(*wanted["account"])
        _reset_signals()
        if wanted["tie"] == "pipe":
            _watch(wanted["argv"], wanted["environment"], wanted["stop_signal"])
        else:
            _end_with_parent(wanted["parent"], wanted["stop_signal"])
            os.execve(wanted["argv"][0], wanted["argv"], wanted["environment"])  # noqa: S606 -- argv is ours, no shell
    except OSError as error:
        sys.exit(f"launch: {error}")


if __name__ == "__main__":
    main(sys.argv[1])
