"""The retry table of Twilio: every code and every kind of answer is one of the closed set of errors."""

import pytest

from bot.channels.delivery_errors import (
    DeliveryError,
    MisconfiguredError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UncertainError,
    UnknownError,
    WindowClosedError,
)
from bot.channels.twilio_errors import classify_code, make_error, read_refusal

TABLE: dict[type[DeliveryError], tuple[int, ...]] = {
    ThrottledError: (20429, 63017, 63018, 63038, 14107, 30001, 21611, 30022),
    UnavailableError: (63009, 63010, 63012),
    UncertainError: (20500,),
    RecipientGoneError: (21610, 63003, 63024, 63033, 21211, 21614, 30005, 30006),
    WindowClosedError: (63016,),
    RefusedError: (
        *(21617, 21620, 63005, 63013, 63019, 63021, 63028, 63034, 30007, 63032),
        *range(92000, 93000, 37),
        92999,
    ),
    MisconfiguredError: (20003, 63001, 63007, 63020, 21606, 21703),
    UnknownError: (0, 12345, 91999, 93000, 63999),
}
ROWS = [(code, kind) for kind, codes in TABLE.items() for code in codes]


@pytest.mark.parametrize(("code", "kind"), ROWS)
def test_each_code_of_a_report_has_its_class(code: int, kind: type[DeliveryError]) -> None:
    """What a status callback says is the class of the table; what is in no row is unknown."""
    assert classify_code(code) is kind
    error = make_error(code)
    assert (type(error), error.code) == (kind, str(code))


@pytest.mark.parametrize(("code", "kind"), [row for row in ROWS if row[1] is not UnknownError])
def test_each_code_of_an_answer_has_its_class(code: int, kind: type[DeliveryError]) -> None:
    """The same code in an answer means the same; a refusal of too much always asks for patience."""
    error = read_refusal(400, code, None)
    assert (type(error), error.code, error.retry_after) == (kind, str(code), None)
    assert type(read_refusal(429, code, 7.0)) is ThrottledError


def test_a_failure_without_a_code_is_unknown() -> None:
    """A message that failed and does not say why may be tried once more."""
    assert classify_code(None) is UnknownError
    assert make_error(None).code == ""


@pytest.mark.parametrize("code", TABLE[RecipientGoneError])
def test_only_who_said_stop_must_say_start(code: int) -> None:
    """21610 is the one code after which any other message opens nothing."""
    for error in (make_error(code), read_refusal(400, code, None)):
        assert isinstance(error, RecipientGoneError)
        assert error.until_start is (code == 21610)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, None, ThrottledError),
        (503, None, UnavailableError),
        (503, 20503, UnavailableError),
        (500, None, UncertainError),
        (502, None, UncertainError),
        (504, None, UncertainError),
        (400, 21655, RefusedError),
        (404, 20404, RefusedError),
        (400, None, UnknownError),
        (404, None, UnknownError),
        (401, None, MisconfiguredError),
        (401, 70051, MisconfiguredError),
        (301, None, MisconfiguredError),
        (307, None, MisconfiguredError),
    ],
)
def test_an_answer_whose_code_is_not_in_the_table(
    status: int, code: int | None, kind: type[DeliveryError]
) -> None:
    """Then the HTTP status says what it is; a refusal that does not come from Twilio's API is unknown."""
    error = read_refusal(status, code, None)
    assert type(error) is kind
    assert error.code == (str(code) if code else f"HTTP {status}")
