"""The fake Twilio brings webhooks as the real one does: signed, in fifteen seconds, hardly ever twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web
from twilio import request_validator

from channels.scaled_clock import ScaledClock
from channels.twilio_delivery import Mischief, TwilioDelivery
from channels.twilio_forms import Algorithm
from channels.twilio_overrides import Overrides
from channels.twilio_server import WINDOW, TwilioServer

ACCOUNT = "AC" + "1" * 32
PUBLIC = "https://vertelpunt.example"
PERSON = "+31612345678"
OVERRIDDEN = "#rc=3&rp=5xx,ct,rt&rt=4000&tt=15000"

validator = cast(Any, request_validator)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Bot:
    """A webhook on loopback: checks each signature, answers the statuses it was told, keeps the forms."""

    def __init__(self, *statuses: int, body: str = "<Response/>", content_type: str = "text/xml") -> None:
        self.forms: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.tokens: list[str] = []
        self._statuses = list(statuses)
        self._body, self._type = body, content_type

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take a form that is signed for our public address."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        algorithm = validator.get_signature_algorithm(
            request.headers.get(validator.SIGNATURE_SETTINGS_HEADER)
        )
        signature = request.headers[validator.SIGNATURE_HEADER]
        check = validator.RequestValidator("12345")
        assert check.validate(f"{PUBLIC}{request.raw_path}", form, signature, algorithm)
        self.forms.append(form)
        self.paths.append(request.path)
        self.tokens.append(request.headers["I-Twilio-Idempotency-Token"])
        status = self._statuses.pop(0) if self._statuses else 200
        return web.Response(status=status, text=self._body, content_type=self._type)


@asynccontextmanager
async def bringing(
    answer: Handler,
    *,
    speed: float = 20,
    overrides: str = "",
    mischief: Mischief | None = None,
    algorithm: Algorithm = "sha1",
) -> AsyncGenerator[TwilioDelivery]:
    """A fake Twilio and a webhook on loopback that answers so."""
    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reach = {PUBLIC: f"http://127.0.0.1:{runner.addresses[0][1]}"}
    twilio = TwilioServer(ACCOUNT, "12345", clock=ScaledClock(speed))
    await twilio.start()
    async with TwilioDelivery(
        twilio, webhook=f"{PUBLIC}/in{overrides}", reach=reach, mischief=mischief, algorithm=algorithm
    ) as delivery:
        yield delivery
    await twilio.stop()
    await runner.cleanup()


async def send(twilio: TwilioServer, **form: str) -> dict[str, Any]:
    """Send a message as the bot does; answers Twilio's answer."""
    ends = {"To": f"whatsapp:{PERSON}", "From": twilio.whatsapp_from, "StatusCallback": f"{PUBLIC}/status"}
    url = f"{twilio.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, "12345")}
    async with aiohttp.ClientSession() as http, http.post(url, data=ends | form, headers=headers) as answer:
        return await answer.json()


def statuses(bot: Bot, sid: str) -> list[tuple[str, str]]:
    """What the bot was told of a message: (status, error code)."""
    told = [form for form in bot.forms if form["MessageSid"] == sid]
    return [(form["MessageStatus"], form.get("ErrorCode", "")) for form in told]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_message_is_brought_signed(algorithm: Algorithm) -> None:
    """A form arrives once, signed over the public address without its fragment, and is in the list."""
    bot = Bot()
    async with bringing(bot.answer, overrides=OVERRIDDEN, algorithm=algorithm) as delivery:
        forms = delivery.server
        delivery.bring(
            forms.text_form(PERSON, "Dag"), forms.sms_form(PERSON, "Dag"), forms.text_form("ID.7", "Dag")
        )
        await delivery.settle()
        assert delivery.counts == {"delivered": 3}
        assert not delivery.troubles
        assert len(delivery.server.log.list({})["messages"]) == 3
    senders = {form["From"]: form for form in bot.forms}
    assert set(senders) == {f"whatsapp:{PERSON}", PERSON, "whatsapp:ID.7"}
    assert senders["whatsapp:ID.7"]["ProfileUsername"]
    assert "WaId" not in senders["whatsapp:ID.7"]


@pytest.mark.parametrize(
    ("overrides", "answers", "tries", "taken"),
    [
        pytest.param("", (500,), 1, False, id="a 500 is lost"),
        pytest.param("#rc=2&rp=5xx", (500, 503), 3, True, id="tried again where we ask for it"),
        pytest.param("#rc=2&rp=5xx", (500, 500, 500), 3, False, id="but no more often than asked"),
        pytest.param("#rc=2&rp=5xx", (404,), 1, False, id="and only after that kind"),
        pytest.param("#rc=5&rp=all", (404, 500), 3, True, id="all kinds"),
        pytest.param("#rc=0", (302,), 1, False, id="a redirect fails"),
    ],
)
async def test_overrides_are_honoured(
    overrides: str, answers: tuple[int, ...], tries: int, *, taken: bool
) -> None:
    """What stands behind the `#` says how often and after what a webhook is tried again."""
    bot = Bot(*answers)
    async with bringing(bot.answer, overrides=overrides) as delivery:
        delivery.bring(delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        assert len(bot.forms) == tries
        assert (delivery.counts["delivered"], len(delivery.lost)) == (int(taken), int(not taken))
        assert delivery.troubles[11200] == len(answers)
    assert len(set(bot.tokens)) == 1


async def test_no_connection_is_tried_once_more() -> None:
    """Without overrides there is one new try, after a connection that failed; with many it is lost."""
    bot = Bot()
    async with bringing(bot.answer, mischief=Mischief(refused=1)) as delivery:
        delivery.bring(delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        assert (delivery.troubles, delivery.counts) == ({11205: 2}, {"retried": 1, "lost": 1})
    assert not bot.forms


async def test_slow_answers_have_fifteen_seconds_in_all() -> None:
    """Each try has its own time, and all together no more than the whole."""
    tries = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal tries
        tries += 1
        await asyncio.sleep(60)
        return web.Response()

    async with bringing(answer, overrides="#rc=5&rp=rt&rt=6000&tt=15000") as delivery:
        delivery.bring(delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        assert delivery.counts["lost"] == 1
    assert tries <= 3


@pytest.mark.parametrize("url", ["#rc=6", "#rt=99", "#rp=6xx", "#x=1", "#tt=15001"])
def test_unknown_overrides_are_errors(url: str) -> None:
    """An override that Twilio does not know is not silently passed over."""
    with pytest.raises(ValueError, match="override"):
        Overrides.read_from(f"{PUBLIC}/in{url}")


async def test_the_second_address_is_tried() -> None:
    """When the first address fails, the fallback is told why."""
    bot = Bot(500)
    async with bringing(bot.answer) as delivery:
        sid = delivery.server.console.add_sender(delivery.server.whatsapp_from)
        webhook = {"callback_url": f"{PUBLIC}/one", "fallback_url": f"{PUBLIC}/two"}
        delivery.server.console.senders[sid]["webhook"] |= webhook
        delivery.bring(delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        assert delivery.counts == {"fallback": 1}
    assert bot.paths == ["/one", "/two"]
    assert (bot.forms[1]["ErrorCode"], bot.forms[1]["ErrorUrl"]) == ("11200", f"{PUBLIC}/one")


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("{}", "application/json", 12300),
        ("<Response>", "text/xml", 12100),
        ("<Response><Message>Dag</Message></Response>", "text/xml", 12100),
    ],
)
async def test_an_answer_that_cannot_be_read_is_noted(body: str, content_type: str, code: int) -> None:
    """A webhook's answer must be TwiML, and ours must say nothing."""
    async with bringing(Bot(body=body, content_type=content_type).answer) as delivery:
        delivery.bring(delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        assert delivery.troubles == {code: 1}


async def test_statuses_are_told_in_order() -> None:
    """A WhatsApp message is sent, delivered and read, an SMS never read; the list shows how far it came."""
    bot = Bot()
    async with bringing(bot.answer) as delivery:
        whatsapp = await send(delivery.server, Body="Dag")
        sms = await send(delivery.server, To=PERSON, From=delivery.server.sms_from, Body="Dag")
        assert whatsapp["date_sent"] is None
        await delivery.settle()
        shown = {each["sid"]: each for each in delivery.server.log.list({})["messages"]}
    assert statuses(bot, whatsapp["sid"]) == [("sent", ""), ("delivered", ""), ("read", "")]
    assert statuses(bot, sms["sid"]) == [("sending", ""), ("sent", ""), ("delivered", "")]
    assert (shown[whatsapp["sid"]]["status"], shown[sms["sid"]]["status"]) == ("read", "delivered")
    assert shown[whatsapp["sid"]]["date_sent"]


async def test_statuses_are_doubled_shuffled_and_missing() -> None:
    """Any order, twice, or never: what the list shows at the end is right all the same."""
    bot = Bot()
    mischief = Mischief(twice=0.5, shuffled=1, missing=0.2)
    async with bringing(bot.answer, mischief=mischief) as delivery:
        sids = [(await send(delivery.server, Body=str(number)))["sid"] for number in range(20)]
        await delivery.settle()
        assert all(each["status"] == "read" for each in delivery.server.log.list({})["messages"])
        assert delivery.counts["doubled"] > 0
        assert len(bot.forms) == delivery.counts["statuses"] + delivery.counts["doubled"] != 60
    told = [[status for status, _ in statuses(bot, sid)] for sid in sids]
    assert any(each != sorted(each, key=["sent", "delivered", "read"].index) for each in told)


@pytest.mark.parametrize("status", ["failed", "undelivered"])
async def test_chosen_messages_fail_later(status: Any) -> None:
    """A message that was taken can still fail, with the code that a test asks for."""
    bot = Bot()
    async with bringing(bot.answer) as delivery:
        delivery.doom(63018, lambda message: message.body == "twee", status=status)
        sids = [(await send(delivery.server, Body=body))["sid"] for body in ("een", "twee", "twee")]
        await delivery.settle()
        shown = delivery.server.log.show(sids[1])
    assert [statuses(bot, sid)[-1] for sid in sids] == [("read", ""), (status, "63018"), ("read", "")]
    assert shown is not None
    assert (shown["status"], shown["error_code"]) == (status, 63018)


async def test_the_window_closes_after_a_day() -> None:
    """Free text is taken outside the window and fails later with 63016; an approved template is delivered."""
    bot = Bot()

    async def try_to_send(twilio: TwilioServer, **form: str) -> tuple[str, str]:
        answer = await send(twilio, **form)
        assert answer["status"] == "queued"
        await delivery.settle()
        return statuses(bot, answer["sid"])[-1]

    async with bringing(bot.answer) as delivery:
        twilio = delivery.server
        twilio.holds_window = True
        assert await try_to_send(twilio, Body="Dag") == ("failed", "63016")
        delivery.bring(twilio.text_form(PERSON, "Dag"))
        assert await try_to_send(twilio, Body="Dag") == ("read", "")
        line = f"whatsapp:{PERSON}", twilio.whatsapp_from
        twilio.heard_at[line] -= WINDOW
        assert await try_to_send(twilio, Body="Dag") == ("failed", "63016")
        sid = "HX" + "0" * 32
        twilio.contents[sid] = {"language": "nl", "types": {"twilio/text": {"body": "Ga je verder?"}}}
        assert await try_to_send(twilio, ContentSid=sid) == ("failed", "63016")
        twilio.console.approvals[sid] = {"name": "verder"}
        twilio.console.decide(sid, "approved")
        assert await try_to_send(twilio, ContentSid=sid) == ("read", "")


async def test_what_we_were_never_told_is_in_the_list() -> None:
    """A webhook that was lost leaves the message in the list, where it can still be found."""
    async with bringing(Bot(500).answer) as delivery:
        delivery.bring(form := delivery.server.text_form(PERSON, "Dag"))
        await delivery.settle()
        (shown,) = delivery.server.log.list({"To": delivery.server.whatsapp_from})["messages"]
        assert (shown["sid"], shown["body"], shown["direction"]) == (form["MessageSid"], "Dag", "inbound")
        assert cast(list[Mapping[str, str]], delivery.lost) == [form]
