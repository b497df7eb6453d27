"""What Twilio took from people while no server of ours was there: asked for, and kept as if it had just come.

Twilio tries a webhook for 15 seconds and then forgets it (error 11200), but lists every message for months.
Telegram needs none of this: it keeps an update for a day and brings it again by itself.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.channel import Arrival, Keep, ParseError
from bot.channels.delivery_errors import DeliveryError, RefusedError
from bot.channels.twilio_arrivals import arrive_message
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings
from bot.clock import Clock, read_clock
from storage.catching_up import be_only_one, find_kept
from storage.database import Database
from storage.faults import write_fault
from storage.marks import read_mark, write_mark

PAUSE: Final = 300.0
"""Seconds between two rounds."""

OVERLAP: Final = timedelta(minutes=15)
"""How far each round looks back before the last one: Twilio's list lags, and knows whole seconds only."""

OLDEST: Final = timedelta(hours=24)
"""What is older is not answered any more, nor is it on the first round: nobody waits for it."""

_LOCK: Final = "twilio:reconciliation"
_BEHIND: Final = 2**33
"""Taken off the moment in seconds: what people said in an outage has its turn before what they say now."""

_COPIED: Final = {
    "MessageSid": "sid",
    "SmsSid": "sid",
    "SmsMessageSid": "sid",
    "AccountSid": "account_sid",
    "MessagingServiceSid": "messaging_service_sid",
    "From": "from",
    "To": "to",
    "Body": "body",
    "NumMedia": "num_media",
    "NumSegments": "num_segments",
    "ApiVersion": "api_version",
    "SmsStatus": "status",
}
"""Fields of a webhook's form, and what they are called in a Message resource."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Missed:
    """A listed message, when it was sent, and what it is kept as; its files are not asked for yet."""

    sent_at: datetime
    arrival: Arrival


class Reconciliation:
    """Keeps what people sent to our Twilio senders and no webhook brought; who gives `client` closes it."""

    def __init__(
        self,
        database: Database,
        settings: TwilioSettings,
        client: TwilioClient,
        keep: Keep,
        clock: Clock = read_clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._client = client
        self._keep = keep
        self._clock = clock
        self._told: dict[str, str] = {}

    async def run_for_ever(self, stopping: asyncio.Event, *, pause: float = PAUSE) -> None:
        """A round now and every `pause` seconds, until `stopping` is set; lives through every failure."""
        while not stopping.is_set():
            try:
                await self.run_once()
            except (SQLAlchemyError, OSError):
                _log.warning("the database is away; Twilio is asked for missed messages later")
            except Exception as error:  # noqa: BLE001 - written down; the next round comes
                _log.error("a round of reconciliation broke off: %s", write_fault(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)

    async def run_once(self) -> int:
        """One round over all senders; answers how many messages were new. 0 while another server is at it.

        A sender of which Twilio gives no list keeps its mark, so the next round looks just as far back.
        """
        new = 0
        async with be_only_one(self._database, _LOCK) as alone:
            if not alone:
                return 0
            for sender in (self._settings.whatsapp_sender, self._settings.sms_sender):
                if not sender:
                    continue
                try:
                    new += await self._catch_up(sender)
                except DeliveryError as error:
                    self._tell(sender, f"Twilio is asked again later for missed messages: {error}")
                else:
                    self._told.pop(sender, None)
        if new:
            _log.warning("kept now what no webhook had brought: %s", new)
        return new

    async def _catch_up(self, sender: str) -> int:
        """Keep what one sender missed; the mark moves only after all of it was kept. Raises DeliveryError."""
        began, name = self._clock(), f"twilio:reconciled:{sender}"
        since = await self._find_beginning(name, began)
        listed = [message async for message in self._client.list_inbound(sender, since)]
        missed = await self._pick_missed(listed, since)
        new = 0
        for each in missed:
            new += await self._keep(await self._add_files(each))
        async with self._database.transaction() as connection:
            await write_mark(connection, name, {"until": began.astimezone(UTC).isoformat()})
        return new

    async def _find_beginning(self, name: str, now: datetime) -> datetime:
        async with self._database.reading() as connection:
            mark = await read_mark(connection, name)
        earliest = now - OLDEST
        if mark is None:
            return earliest
        return max(earliest, datetime.fromisoformat(str(mark["until"])) - OVERLAP)

    async def _pick_missed(self, listed: Sequence[Mapping[str, Any]], since: datetime) -> list[_Missed]:
        """What is not kept yet and not too old, the oldest first; Twilio lists the newest first."""
        found: list[_Missed] = []
        for message in reversed(listed):
            if message.get("status") == "receiving":
                continue  # not whole yet; the next round looks back far enough
            sent_at = _read_moment(message, since)
            if sent_at < since.replace(microsecond=0):
                continue
            try:
                arrival = arrive_message(_write_form(message))
            except ParseError as error:
                self._tell(str(message.get("sid")), f"Twilio lists what is no message: {error}")
                continue
            found.append(_Missed(sent_at, arrival))
        async with self._database.reading() as connection:
            kept = await find_kept(connection, [each.arrival.key for each in found])
        return sorted((each for each in found if each.arrival.key not in kept), key=lambda each: each.sent_at)

    async def _add_files(self, missed: _Missed) -> Arrival:
        """The arrival with the addresses of its files, and its place before what comes in now.

        Of files that Twilio does not have any more only the number stays: the person hears that it failed.
        """
        arrival = missed.arrival
        form = dict(arrival.raw)
        if form.get("NumMedia", "0") not in {"", "0"}:
            try:
                files = await self._client.list_media(form["MessageSid"])
            except RefusedError:
                files = []
            for place, file in enumerate(files):
                form[f"MediaUrl{place}"] = self._find_address(file)
                form[f"MediaContentType{place}"] = str(file.get("content_type") or "")
        order = int(missed.sent_at.timestamp()) - _BEHIND
        return Arrival(arrival.channel, arrival.key, arrival.address, form, order)

    def _find_address(self, file: Mapping[str, Any]) -> str:
        path = str(file.get("uri") or "").removesuffix(".json")
        return f"{self._settings.api_url.rstrip('/')}{path}" if path.startswith("/") else ""

    def _tell(self, about: str, problem: str) -> None:
        """Log a problem, once until it is over."""
        if self._told.get(about) != problem:
            self._told[about] = problem
            _log.warning("%s", problem)


def _write_form(message: Mapping[str, Any]) -> dict[str, str]:
    """A Message resource as the form of the webhook that would have brought it, without its files.

    What a button carried is not in it, only what stood on it; that is read like a typed answer.
    """
    return {
        name: str(message[field]) for name, field in _COPIED.items() if message.get(field) not in {None, ""}
    }


def _read_moment(message: Mapping[str, Any], otherwise: datetime) -> datetime:
    """When a message was sent, as RFC 2822 in UTC; what has no moment that can be read counts as old."""
    written = message.get("date_sent") or message.get("date_created")
    try:
        moment = parsedate_to_datetime(str(written))
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
