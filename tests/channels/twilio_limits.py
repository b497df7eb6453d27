"""What Twilio refuses: the limits of messages, of content within WhatsApp's 24 hours and of templates."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

MESSAGE_FIELDS: Final = frozenset(
    {"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid", "ContentVariables"}
    | {"StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback", "Attempt", "ValidityPeriod"}
    | {"ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction"}
    | {"TrafficType", "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "MessageIntent", "RiskCheck"}
    | {"FallbackFrom"}
)
"""The fields that Twilio describes for a message. It passes over others; here they are an error."""

_CONTENT_SID: Final = re.compile(r"HX[0-9a-f]{32}")
_LONGEST_MEDIA_URL: Final = 2048
_PHONE: Final = re.compile(r"\+\d{7,15}")
_VARIABLE: Final = re.compile(r"\{\{(\w+)\}\}")
_TEMPLATE_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
_CATEGORIES: Final = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
_LONGEST_TEXT: Final = 1600


def check_content(content: Mapping[str, Any]) -> str | None:
    """Check a Content resource against the limits inside the 24-hour window; the first problem, or None."""
    types = cast(Mapping[str, Any], content.get("types", {}))
    if not isinstance(content.get("language"), str) or len(types) != 1:
        return "language and one type are required"
    ((kind, shape),) = types.items()
    variables = cast(Mapping[str, str], content.get("variables", {}))
    if "{{" in _VARIABLE.sub(lambda place: "" if place[1] in variables else place[0], shape.get("body", "")):
        return "every variable in the body must have an example"
    if kind == "twilio/text":
        return (
            None if 1 <= len(shape.get("body", "")) <= _LONGEST_TEXT else "body must be 1 to 1600 characters"
        )
    if not 1 <= len(shape.get("body", "")) <= 1024:
        return "body must be 1 to 1024 characters"
    if kind == "twilio/quick-reply":
        return _check_taps(shape, "actions", title="title", most=3, longest=20)
    if kind == "twilio/list-picker":
        if not 1 <= len(shape.get("button", "")) <= 20:
            return "button must be 1 to 20 characters"
        return _check_taps(shape, "items", title="item", most=10, longest=24)
    return f"unknown type {kind}"


def check_approval(content: Mapping[str, Any], request: Mapping[str, Any]) -> str | None:
    """Check a request to approve a content as a WhatsApp template; the first problem, or None."""
    types = cast(Mapping[str, Any], content["types"])
    if not _TEMPLATE_NAME.fullmatch(str(request.get("name", ""))):
        return "name must be lower case letters, digits and underscores"
    if request.get("category") not in _CATEGORIES:
        return "category must be UTILITY, MARKETING or AUTHENTICATION"
    if "twilio/list-picker" in types:
        return "a list picker cannot be approved"
    for shape in types.values():
        body = shape.get("body", "")
        if len(body) > 1024:
            return "body of a template must be at most 1024 characters"
        if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body):
            return "a template cannot begin or end with a variable"
    return None


def _check_taps(shape: Mapping[str, Any], name: str, *, title: str, most: int, longest: int) -> str | None:
    taps = cast(list[dict[str, str]], shape.get(name, []))
    if not 1 <= len(taps) <= most:
        return f"{name} must be 1 to {most}"
    for tap in taps:
        if not 1 <= len(tap.get(title, "")) <= longest:
            return f"{title} must be 1 to {longest} characters"
        if not 1 <= len(tap.get("id", "")) <= 200 or len(tap.get("description", "")) > 72:
            return "id must be 1 to 200 characters, description at most 72"
    if len({tap["id"] for tap in taps}) < len(taps) or len({tap[title] for tap in taps}) < len(taps):
        return f"every {title} and id must be its own"
    return None


def check_message(form: Mapping[str, str], *, known: bool) -> tuple[int, str] | None:
    """Check the fields of a message, `known` says whether its content exists; the first problem, or None."""
    to, has_content = form.get("To", ""), "ContentSid" in form
    media = urlsplit(form.get("MediaUrl", "https://example.org"))
    callback = urlsplit(form.get("StatusCallback", "https://example.org"))
    problems = [
        *_check_ends(to, form.get("From", ""), service="MessagingServiceSid" in form),
        (
            has_content and not (known and _CONTENT_SID.fullmatch(form["ContentSid"])),
            21655,
            "no such content",
        ),
        (has_content and ("Body" in form or "MediaUrl" in form), 21654, "content goes alone"),
        (not form.keys() <= MESSAGE_FIELDS, 20001, "a field that there is not"),
        (read_variables(form) is None, 21656, "The ContentVariables parameter is invalid"),
        (not (has_content or form.get("Body") or "MediaUrl" in form), 21619, "nothing to say"),
        (
            len(form.get("Body", "")) > _LONGEST_TEXT,
            21617,
            f"The body for {to} is longer than 1600 characters",
        ),
        (media.scheme != "https" or not media.netloc, 21620, "Invalid media URL"),
        (len(form.get("MediaUrl", "")) > _LONGEST_MEDIA_URL, 21620, "Invalid media URL"),
        (callback.scheme not in {"http", "https"} or not callback.netloc, 21609, "Invalid StatusCallback"),
        (not _is_validity(form.get("ValidityPeriod", "1")), 20001, "ValidityPeriod must be 1 to 36000"),
    ]
    return next(((code, text) for wrong, code, text in problems if wrong), None)


def _check_ends(to: str, sender: str, *, service: bool) -> list[tuple[bool, int, str]]:
    problems = [
        (not to, 21604, "A 'To' is required"),
        (not to.removeprefix("whatsapp:"), 21211, f"{to} is not valid"),
        (not sender and not service, 21603, "A 'From' is required"),
    ]
    if to.startswith("whatsapp:"):
        named = not sender or re.fullmatch(r"whatsapp:\+\d+", sender)
        return [*problems, (not named, 63007, f"no Channel with From {sender}")]
    return [
        *problems,
        (sender.startswith("whatsapp:"), 21910, "From and To must be of the same channel"),
        (not _PHONE.fullmatch(to), 21211, f"{to} is not a valid phone number"),
        (bool(sender) and not _PHONE.fullmatch(sender), 21212, f"{sender} is not a valid sender"),
    ]


def read_variables(form: Mapping[str, str]) -> Mapping[str, str] | None:
    """Read what goes in the places of a content, {} when nothing; None when it is no object of texts."""
    try:
        values: object = json.loads(form.get("ContentVariables", "{}"))
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    known = cast(Mapping[str, object], values)
    if not all(isinstance(value, str) and value.strip() and "\n" not in value for value in known.values()):
        return None
    return cast(Mapping[str, str], known)


def fill_in(body: str, content: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """The text of a content with its places filled, by its own examples where nothing is given."""
    examples = cast(Mapping[str, str], content.get("variables", {}))
    return _VARIABLE.sub(lambda place: {**examples, **values}.get(place[1], place[0]), body)


def _is_validity(seconds: str) -> bool:
    return seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= 36_000
