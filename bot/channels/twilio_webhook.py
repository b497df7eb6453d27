"""The two addresses that Twilio posts to: signatures checked, forms read, arrivals and statuses handed on."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict
from twilio import request_validator

from bot.channels.channel import Arrival, Keep, ParseError
from bot.channels.twilio_arrivals import arrive_message, arrive_status
from bot.channels.twilio_settings import TwilioSettings

LARGEST_FORM: Final = 64 * 1024
"""Bytes. Twilio's forms are a few KiB; WhatsApp texts are at most 4096 characters."""
_MOST_FIELDS: Final = 500

_log = logging.getLogger(__name__)


class _RefusedRequestError(Exception):
    """A request that is not taken: the HTTP status and one sentence, which tells a stranger nothing."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


_FORBIDDEN: Final = "This request is not signed by our Twilio account."


def twilio_routes(settings: TwilioSettings, keep: Keep) -> list[web.RouteDef]:
    """`POST /webhooks/twilio` and `/webhooks/twilio/status`, for all channels of the account.

    Answers 403 for what our account did not sign, 413 above 64 KiB, 400 for a signed form without its
    fields, 503 where it could not be kept, so that Twilio may try again; else 200 with an empty TwiML.
    """
    return [
        web.post("/webhooks/twilio", _guard(settings, arrive_message, keep)),
        web.post("/webhooks/twilio/status", _guard(settings, arrive_status, keep)),
    ]


def _guard(
    settings: TwilioSettings, arrive: Callable[[Mapping[str, str]], Arrival], keep: Keep
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            form = await _read_form(request)
            _check_signature(settings, request, form)
            await keep(arrive(form))
        except _RefusedRequestError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except ParseError as error:
            return web.json_response({"error": f"The form misses something: {error}."}, status=400)
        except Exception as error:  # noqa: BLE001 - whatever it was, Twilio must hear that the form is not kept
            # Without the traceback: a database error shows its parameters, here a person's words.
            _log.error("A form of Twilio could not be kept: %s", type(error).__name__)
            return web.json_response(
                {"error": "The message could not be kept; try again later."},
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                headers={"Retry-After": "5"},
            )
        return web.Response(text="<Response/>", content_type="text/xml")

    return handle


async def _read_form(request: web.Request) -> MultiDict[str]:
    body = await _read_body(request)
    if request.content_type != "application/x-www-form-urlencoded":
        raise _RefusedRequestError(HTTPStatus.FORBIDDEN, _FORBIDDEN)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise _RefusedRequestError(HTTPStatus.FORBIDDEN, _FORBIDDEN) from error
    return MultiDict(pairs)


async def _read_body(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > LARGEST_FORM:
                raise _RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The form is too large.")
    except (web.RequestPayloadError, HttpProcessingError, OSError) as error:  # broken off, or badly packed
        raise _RefusedRequestError(HTTPStatus.FORBIDDEN, _FORBIDDEN) from error
    return bytes(body)


def _check_signature(settings: TwilioSettings, request: web.Request, form: MultiDict[str]) -> None:
    # A second header of the same name would leave open which one counts, so both together are refused.
    signatures = request.headers.getall(request_validator.SIGNATURE_HEADER, [])
    if len(signatures) != 1 or form.getall("AccountSid", []) != [settings.account_sid]:
        raise _RefusedRequestError(HTTPStatus.FORBIDDEN, _FORBIDDEN)
    twilio = cast(Any, request_validator)  # it has no types
    algorithm = twilio.get_signature_algorithm(request.headers.get(twilio.SIGNATURE_SETTINGS_HEADER))
    # The path as it came over the line: decoding and encoding again would change `%2B` and the hash.
    url = f"{settings.site}{request.raw_path}"
    try:
        signed = any(
            twilio.RequestValidator(token).validate(url, form, signatures[0], algorithm)
            for token in settings.auth_tokens
        )
    except ValueError:  # a path that is no text, an address that is no URL
        signed = False
    if not signed:
        raise _RefusedRequestError(HTTPStatus.FORBIDDEN, _FORBIDDEN)
