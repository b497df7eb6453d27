"""What is said of dead letters: every error has a meaning and a remedy, and no value of a person shows."""

from datetime import UTC, datetime

import pytest

from bot.channels import delivery_errors
from bot.channels.delivery_errors import DeliveryError
from bot.explanations import explain, mask
from storage.dead_letters import DeadLetter


def _letter(error: str, *, name: str = "telegram", kept: bool = True) -> DeadLetter:
    return DeadLetter(1, name, error, 5, datetime(2026, 11, 22, tzinfo=UTC), kept)


_ERRORS = [
    error
    for error in vars(delivery_errors).values()
    if isinstance(error, type) and issubclass(error, DeliveryError) and error is not DeliveryError
]


@pytest.mark.parametrize("error", _ERRORS, ids=lambda error: error.__name__)
def test_every_delivery_error_is_explained(error: type[DeliveryError]) -> None:
    """Each class of the closed set has a meaning and something to do."""
    explained = explain("outbox", _letter(f"{error.__name__}: {error.explanation} (400)"))

    assert explained.meaning.endswith(".")
    assert explained.remedy.endswith(".")


def test_a_known_class_says_more_than_an_unknown_one() -> None:
    """Only what is not known is called so."""
    assert "does not know" in explain("outbox", _letter("UnknownError: odd")).meaning
    assert "does not know" not in explain("outbox", _letter("RefusedError: odd")).meaning


def test_a_fault_of_ours_is_called_so() -> None:
    """What broke off a turn is the bot's own doing, and an odd update is the platform's."""
    assert "bot itself failed" in explain("inbox", _letter("TypeError at turns.py:98")).meaning
    assert "shape" in explain("inbox", _letter("ParseError: message is no object")).meaning


def test_the_code_of_twilio_leads_to_its_page() -> None:
    """The platform's own page explains its code; Telegram's numbers are no such codes."""
    error = "RefusedError: The platform refuses this message. (63019)"

    assert "docs/api/errors/63019" in explain("outbox", _letter(error, name="whatsapp")).remedy
    assert "63019" not in explain("outbox", _letter(error)).remedy


def test_what_has_no_content_can_only_be_dropped() -> None:
    """Nothing else is advised."""
    assert explain("outbox", _letter("RefusedError: no", kept=False)).remedy.endswith("Drop it.")


def test_a_mask_shows_keys_and_kinds_only() -> None:
    """Every value is replaced by what kind of thing it is, however deep."""
    raw = {"message": {"text": "geheim", "caption": "", "id": 4711, "parts": [True, None, {"x": 0.5}]}}

    assert mask(raw) == {
        "message": {
            "text": "text",
            "caption": "empty text",
            "id": "number",
            "parts": ["true or false", "nothing", {"x": "number"}],
        }
    }
