"""Tests of what a Mini App brings along: only what Telegram signed, for this bot, within the hour."""

from datetime import UTC, datetime, timedelta

import pytest
from aiogram.utils.web_app import check_webapp_signature

from bot.mini_app import LIFETIME, InitDataError, check_init_data
from init_data import sign_init_data

TOKEN, OTHER = "123456:AAF-token-of-tests", "654321:AAF-another-token"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_what_telegram_signed() -> None:
    """The id of the user comes out; an independent library agrees that it is signed so."""
    data = sign_init_data(TOKEN, 42, NOW)

    assert check_webapp_signature(TOKEN, data)
    assert check_init_data(data, [TOKEN], NOW) == "42"


def test_two_tokens_while_one_replaces_the_other() -> None:
    """Any live token will do; without any, nothing does."""
    data = sign_init_data(TOKEN, 42, NOW)

    assert check_init_data(data, [OTHER, TOKEN], NOW) == "42"
    for tokens in ([OTHER], []):
        with pytest.raises(InitDataError):
            check_init_data(data, tokens, NOW)


@pytest.mark.parametrize(
    ("age", "good"),
    [(timedelta(), True), (LIFETIME, True), (LIFETIME + timedelta(seconds=1), False), (-LIFETIME, False)],
)
def test_it_is_good_for_an_hour(age: timedelta, good: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What was signed longer ago, or in a far future, is not taken."""
    data = sign_init_data(TOKEN, 42, NOW - age)
    if good:
        assert check_init_data(data, [TOKEN], NOW) == "42"
    else:
        with pytest.raises(InitDataError):
            check_init_data(data, [TOKEN], NOW)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hash=",
        "no fields",
        "user=%7B%22id%22%3A42%7D&auth_date=1",
        sign_init_data(TOKEN, 42, NOW).replace("Fatma", "Vader"),
        sign_init_data(TOKEN, 42, NOW).replace("%22id%22%3A42", "%22id%22%3A43"),
        sign_init_data(TOKEN, 42, NOW) + "&user=%7B%22id%22%3A43%7D",
        sign_init_data(TOKEN, 42, NOW) + "&hash=0",
        sign_init_data(TOKEN, 42, NOW, user="{}"),
        sign_init_data(TOKEN, 42, NOW, user="[42]"),
        sign_init_data(TOKEN, 42, NOW, user='{"id":"42"}'),
        sign_init_data(TOKEN, 42, NOW, user='{"id":true}'),
        sign_init_data(TOKEN, 42, NOW, user="{"),
        sign_init_data(TOKEN, 42, NOW, auth_date=""),
        sign_init_data(TOKEN, 42, NOW, auth_date="²"),
        "&".join(f"a{n}={n}" for n in range(99)),
        "hash=é&user=1",
    ],
)
def test_what_is_not_taken(data: str) -> None:
    """Altered, doubled, unsigned or without a user: refused, and nothing of it is quoted."""
    with pytest.raises(InitDataError) as caught:
        check_init_data(data, [TOKEN], NOW)

    assert not any(word in str(caught.value) for word in ("42", "43", "Fatma"))
