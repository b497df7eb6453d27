"""Questions of every kind, as the engine words them: from the flow in `fixtures/flows/alle-soorten.yaml`."""

from datetime import date
from pathlib import Path

from flows.file import read_flow_file
from flows.kinds.step import Setting
from flows.outbound import Option, Utterance

FLOW_FILE = Path(__file__).parents[1] / "fixtures" / "flows" / "alle-soorten.yaml"
FLOW = read_flow_file(FLOW_FILE)

EXTRAS = (
    Option("not_applicable", "Past niet"),
    Option("dont_know", "Weet ik niet"),
    Option("skip", "Sla over"),
)


def word(code: str, language: str = "nl", picked: tuple[str, ...] = (), page: int = 0) -> Utterance:
    """One of its questions, by its code."""
    setting = Setting(language, FLOW.languages, picked, page, today=date(2026, 11, 22))
    return FLOW.asked[code].render(setting)


def scale(first: int, last: int, extras: tuple[Option, ...] = ()) -> Utterance:
    """A scale between two numbers."""
    options = tuple(Option(str(number), str(number)) for number in range(first, last + 1))
    return Utterance("Hoe ging het?", "nl", kind="scale", step="cijfer", options=options, extras=extras)
