"""The errors of flow files, one root for all."""

from dataclasses import dataclass


class FlowError(Exception):
    """Something about a flow is wrong; the message is meant for its author."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a flow file: where it is, at which step, and what to do about it.

    `advice` can be left as it is: the flow works, but reads or looks better another way.
    """

    file: str
    line: int
    step: str
    message: str
    advice: bool = False

    def __str__(self) -> str:
        front = "advice: " if self.advice else ""
        return f"{self.file}:{self.line}: {self.step}: {front}{self.message}"


class FlowFileError(FlowError):
    """A flow file has one or more problems; all of them are in `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ChangedFlowError(FlowError):
    """A version would break what readers have of the one before; all places are in `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        listed = "\n".join(str(problem) for problem in problems)
        super().__init__(f"{listed}\nNothing is published. To publish all the same, use --accept-changes.")
        self.problems = problems


class UnknownFlowError(FlowError):
    """A flow was asked for that does not exist; says which do."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        listed = ", ".join(known) if known else "none yet"
        super().__init__(f"There is no flow with this name. Published flows: {listed}.")
        self.name = name
        self.known = known
