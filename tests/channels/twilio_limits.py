"""What Twilio refuses: the limits of messages and of content inside WhatsApp's 24-hour window."""

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

_CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")


def check_content(content: Mapping[str, Any]) -> str | None:
    """Check a Content resource against the limits inside the 24-hour window; the first problem, or None."""
    types = cast(Mapping[str, Any], content.get("types", {}))
    if not isinstance(content.get("language"), str) or len(types) != 1:
        return "language and one type are required"
    ((kind, shape),) = types.items()
    if not 1 <= len(shape.get("body", "")) <= 1024 or "{{" in shape["body"]:
        return "body must be 1 to 1024 characters, without variables"
    if kind == "twilio/quick-reply":
        return _check_taps(shape, "actions", title="title", most=3, longest=20)
    if kind == "twilio/list-picker":
        if not 1 <= len(shape.get("button", "")) <= 20:
            return "button must be 1 to 20 characters"
        return _check_taps(shape, "items", title="item", most=10, longest=24)
    return f"unknown type {kind}"


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
    to, sender = form.get("To", ""), form.get("From", "")
    has_content = "ContentSid" in form
    media = urlsplit(form.get("MediaUrl", "https://example.org"))
    problems = [
        (not to, 21604, "A 'To' is required"),
        (not to.removeprefix("whatsapp:"), 21211, f"{to} is not valid"),
        (not sender, 21603, "A 'From' is required"),
        (not re.fullmatch(r"whatsapp:\+\d+", sender), 63007, f"no Channel with From {sender}"),
        (
            has_content and not (known and _CONTENT_SID.fullmatch(form["ContentSid"])),
            21655,
            "no such content",
        ),
        (has_content and ("Body" in form or "MediaUrl" in form), 21654, "content goes alone"),
        (not (has_content or form.get("Body") or "MediaUrl" in form), 21619, "nothing to say"),
        (len(form.get("Body", "")) > 1600, 21617, f"The body for {to} is longer than 1600 characters"),
        (media.scheme != "https" or not media.netloc, 21620, "Invalid media URL"),
    ]
    return next(((code, text) for wrong, code, text in problems if wrong), None)
