"""All messages of the fake Twilio's account, both ways: what was said, how far it came, how it is listed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlencode

from channels.twilio_forms import count_segments

_RANKS: Final = ("queued", "sending", "sent", "delivered", "read")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message that was taken: `content` holds the types of its Content resource, `body` their text."""

    sid: str
    to: str
    sender: str
    body: str
    content: Mapping[str, Any] | None
    media_url: str | None
    status_callback: str | None
    made_at: datetime
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def taps(self) -> list[tuple[str, str]]:
        """What can be tapped, in order: (what it says, its id)."""
        types = self.content or {}
        actions = types.get("twilio/quick-reply", {}).get("actions", [])
        items = types.get("twilio/list-picker", {}).get("items", [])
        return [(tap.get("title") or tap["item"], tap["id"]) for tap in (*actions, *items)]


class MessageLog:
    """The Messages resource: each message as Twilio shows it, in the order of making."""

    def __init__(self, account_sid: str) -> None:
        self._account = f"/2010-04-01/Accounts/{account_sid}"
        self._account_sid = account_sid
        self._shown: dict[str, dict[str, Any]] = {}
        self._made: dict[str, datetime] = {}
        self._media: dict[str, list[dict[str, Any]]] = {}

    def add_sent(self, message: SentMessage, *, waits: bool) -> dict[str, Any]:
        """Take a message of ours, which `waits` to be sent or is sent at once; answers how it is shown."""
        media = 1 if message.media_url else 0
        shown = self._add(message.sid, message.to, message.sender, message.body, media, message.made_at)
        shown |= {"direction": "outbound-api", "status": "queued"}
        if waits:
            shown["date_sent"] = None
        return dict(shown)

    def follow(self, sent: Sequence[SentMessage]) -> None:
        """Let the log hold to what a test made of `sent`: messages it removed, moments it changed."""
        made = {message.sid: message.made_at for message in sent}
        for sid, shown in list(self._shown.items()):
            if shown["direction"] == "outbound-api" and sid not in made:
                del self._shown[sid]
        self._made |= made

    def add_heard(self, form: Mapping[str, str], at: datetime | None = None) -> None:
        """Take a message of a person, as its form tells it, sent now or at a moment; once only."""
        sid = form["MessageSid"]
        if sid in self._shown:
            return
        count = int(form["NumMedia"])
        shown = self._add(sid, form["To"], form["From"], form["Body"], count, at or datetime.now(UTC))
        shown |= {"direction": "inbound", "status": "received"}
        self._media[sid] = [
            self._show_media(sid, form[f"MediaUrl{n}"], form[f"MediaContentType{n}"]) for n in range(count)
        ]

    def show(self, sid: str) -> dict[str, Any] | None:
        """A message as Twilio shows it now, or None."""
        return self._shown.get(sid)

    def note(self, sid: str, status: str, code: int | None = None) -> None:
        """Note how far a message came; it never goes back."""
        shown = self._shown[sid]
        if shown["status"] in _RANKS:
            ranked = status in _RANKS
            status = max(status, shown["status"], key=_RANKS.index) if ranked else status
            shown |= {"status": status, "error_code": code}
        if shown["date_sent"] is None and status != "queued":
            shown["date_sent"] = format_datetime(datetime.now(UTC).replace(microsecond=0))

    def list(self, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of the messages that a query asks for, newest first, as Twilio lists them."""
        found = [
            sid
            for sid in reversed(self._shown)
            if query.get("To") in {None, self._shown[sid]["to"]}
            and query.get("From") in {None, self._shown[sid]["from"]}
            and _is_between(self._made[sid] if self._shown[sid]["date_sent"] else None, query)
        ]
        return list_page(f"{self._account}/Messages.json", "messages", found, query, self._shown)

    def list_media(self, sid: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of the files of a message."""
        files = {each["sid"]: each for each in self._media.get(sid, [])}
        return list_page(
            f"{self._account}/Messages/{sid}/Media.json", "media_list", list(files), query, files
        )

    def _add(self, sid: str, to: str, sender: str, body: str, media: int, made: datetime) -> dict[str, Any]:
        moment = format_datetime(made.replace(microsecond=0))
        uri = f"{self._account}/Messages/{sid}"
        shown: dict[str, Any] = {
            "sid": sid,
            "account_sid": self._account_sid,
            "messaging_service_sid": None,
            "to": to,
            "from": sender,
            "body": body,
            "num_media": str(media),
            "num_segments": str(1 if to.startswith("whatsapp:") else count_segments(body)),
            "error_code": None,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        } | dict.fromkeys(("date_created", "date_sent", "date_updated"), moment)
        self._shown[sid], self._made[sid] = shown, made
        return shown

    def _show_media(self, parent: str, url: str, content_type: str) -> dict[str, Any]:
        path = f"{self._account}/Messages/{url.partition('/Messages/')[2]}.json"
        moment = format_datetime(self._made[parent].replace(microsecond=0))
        return {
            "sid": url.rpartition("/")[2],
            "account_sid": self._account_sid,
            "parent_sid": parent,
            "content_type": content_type,
            "date_created": moment,
            "date_updated": moment,
            "uri": path,
        }


def list_page(
    path: str, name: str, sids: Sequence[str], query: Mapping[str, str], shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Make a page of a list of 2010: `PageToken` names the last one seen, so that new ones shift nothing."""
    size, number = _page_size(query), int(query.get("Page", "0"))
    token = query.get("PageToken", "")
    begin = sids.index(token.removeprefix("PA")) + 1 if token else number * size
    page = sids[begin : begin + size]
    kept = {key: value for key, value in query.items() if not key.startswith("Page")} | {
        "PageSize": str(size)
    }

    def link(at: int, **more: str) -> str:
        return f"{path}?{urlencode({**kept, 'Page': str(at), **more})}"

    more = begin + size < len(sids)
    return {
        name: [shown[sid] for sid in page],
        "page": number,
        "page_size": size,
        "start": begin,
        "end": max(begin + len(page) - 1, 0),
        "uri": link(number),
        "first_page_uri": link(0),
        "next_page_uri": link(number + 1, PageToken=f"PA{page[-1]}") if more else None,
        "previous_page_uri": link(number - 1) if number else None,
    }


def _page_size(query: Mapping[str, str]) -> int:
    return max(1, min(int(query.get("PageSize", "50")), 1000))


def _is_between(sent: datetime | None, query: Mapping[str, str]) -> bool:
    """Whether a moment is within the filters; each is inclusive, and a day alone means the whole day.

    What waits to be sent has no moment, and so is in no filtered list.
    """
    filters = [(name, value) for name, value in query.items() if name.startswith("DateSent")]
    if sent is None:
        return not filters
    whole = sent.replace(microsecond=0)
    for name, value in filters:
        begin, end = _read_moment(value)
        sign = name.removeprefix("DateSent").removesuffix("=")
        if (sign != "<" and whole < begin) or (sign != ">" and whole >= end):
            return False
    return True


def _read_moment(value: str) -> tuple[datetime, datetime]:
    """Read a filter: (its first moment, the first moment after it)."""
    if len(value) == len("2026-01-01"):
        begin = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        return begin, begin + _DAY
    begin = datetime.fromisoformat(value)
    begin = begin.replace(tzinfo=begin.tzinfo or UTC, microsecond=0)
    return begin, begin + timedelta(seconds=1)
