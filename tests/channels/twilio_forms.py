"""The signed forms that Twilio posts to us, written without the twilio package so that they can disagree."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final, Literal

Algorithm = Literal["sha1", "sha256"]

WHATSAPP_FROM: Final = "whatsapp:+14155238886"
SMS_FROM: Final = "+3197010000000"
STOP_WORDS: Final = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS: Final = frozenset({"HELP", "INFO"})

_MEDIA_URL: Final = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"
_MESSAGE_OF_MEDIA: Final = re.compile(r"/Messages/(MM[0-9a-f]{32})/Media/")
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE: Final = frozenset("^{}\\[~]|€")


class TwilioForms:
    """Writes the forms of one account, each with a SID of its own, and signs them with its first token.

    A WhatsApp `sender` is a phone number or a business-scoped id, with or without `whatsapp:` before it; an
    SMS sender is a phone number. What they write to is `whatsapp_from` or `sms_from`.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *older_tokens: str,
        whatsapp_from: str = WHATSAPP_FROM,
        sms_from: str = SMS_FROM,
    ) -> None:
        self.account_sid = account_sid
        self.tokens = (auth_token, *older_tokens)
        """The live auth tokens; the API takes each of them, the first signs."""
        self.whatsapp_from = f"whatsapp:{whatsapp_from.removeprefix('whatsapp:')}"
        self.sms_from = sms_from
        self._number = 0
        self._told: set[str] = set()

    def text_form(self, sender: str, body: str) -> dict[str, str]:
        """Write the form of a typed message."""
        return self._form(sender, MessageType="text", Body=body)

    def sms_form(self, sender: str, body: str) -> dict[str, str]:
        """Write the form of an SMS; a word that stops or starts brings its OptOutType."""
        form = self._begin() | {"From": sender, "To": self.sms_from, "Body": body, "FromCountry": "NL"}
        form |= {"NumMedia": "0", "NumSegments": str(count_segments(body)), "SmsStatus": "received"}
        kind = find_opt_out(body)
        return form | {"ApiVersion": "2010-04-01", "ToCountry": "NL"} | ({"OptOutType": kind} if kind else {})

    def voice_form(self, sender: str, media_url: str, content_type: str = "audio/ogg") -> dict[str, str]:
        """Write the form of a voice note."""
        return self.media_form(sender, "audio", media_url, content_type)

    def button_form(self, sender: str, title: str, payload: str) -> dict[str, str]:
        """Write the form of a tapped quick reply."""
        return self._form(sender, MessageType="button", Body=title, ButtonText=title, ButtonPayload=payload)

    def list_form(self, sender: str, title: str, item: str) -> dict[str, str]:
        """Write the form of an item chosen from a list."""
        return self._form(sender, MessageType="interactive", Body=title, ListTitle=title, ListId=item)

    def sticker_form(self, sender: str, media_url: str = _MEDIA_URL) -> dict[str, str]:
        """Write the form of a sticker."""
        return self.media_form(sender, "sticker", media_url, "image/webp")

    def image_form(self, sender: str, media_url: str = _MEDIA_URL) -> dict[str, str]:
        """Write the form of a photo."""
        return self.media_form(sender, "image", media_url, "image/jpeg")

    def location_form(self, sender: str) -> dict[str, str]:
        """Write the form of a place on the map."""
        return self._form(sender, MessageType="location", Latitude="52.37", Longitude="4.89", Address="Markt")

    def status_form(
        self, sid: str, status: str, error_code: str | None = None, *, to: str = "", sender: str = ""
    ) -> dict[str, str]:
        """Write the form of a status callback; with `to` and `sender` it says between whom."""
        form = {"AccountSid": self.account_sid, "MessageSid": sid, "SmsSid": sid, "MessageStatus": status}
        if to:
            form |= {"To": to, "From": sender, "SmsStatus": status, "ApiVersion": "2010-04-01"}
        if to.startswith("whatsapp:"):
            form |= {"ChannelPrefix": "whatsapp", "ChannelInstallSid": "XE" + "0" * 32}
            form |= {"EventType": status.upper()} if status in {"delivered", "read"} else {}
        return form | ({"ErrorCode": error_code} if error_code else {})

    def sign(self, url: str, form: Mapping[str, str], algorithm: Algorithm = "sha1") -> str:
        """Sign a form as documented: the address without fragment, then names and values in their order."""
        text = url.partition("#")[0] + "".join(f"{name}{form[name]}" for name in sorted(form))
        key = self.tokens[0].encode()
        return base64.b64encode(hmac.new(key, text.encode(), algorithm).digest()).decode()

    def media_form(self, sender: str, kind: str, media_url: str, content_type: str) -> dict[str, str]:
        """Write the form of any file; `kind` is Twilio's MessageType. The address names the message's SID."""
        form = self._form(sender, MessageType=kind, NumMedia="1")
        named = _MESSAGE_OF_MEDIA.search(media_url)
        if named is not None and named[1] not in self._told:
            self._told.add(named[1])
            form |= dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), named[1])
        return form | {"MediaUrl0": media_url, "MediaContentType0": content_type}

    def next_sid(self, prefix: str) -> str:
        """Make up a SID that was not there before."""
        self._number += 1
        return f"{prefix}{hashlib.sha256(str(self._number).encode()).hexdigest()[:32]}"

    def _begin(self) -> dict[str, str]:
        sid = self.next_sid("SM")
        return {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account_sid}

    def _form(self, sender: str, **fields: str) -> dict[str, str]:
        sender = sender.removeprefix("whatsapp:")
        form = self._begin() | {
            "From": f"whatsapp:{sender}",
            "To": self.whatsapp_from,
            "ProfileName": "Sam",
            "ApiVersion": "2010-04-01",
        }
        if sender.startswith("+"):
            form["WaId"] = sender[1:]
        else:
            parent = {"ParentExternalUserId": f"P{sender}", "ProfileUsername": "sam.de.b"}
            form |= {"ExternalUserId": sender} | parent
        return form | {"Body": "", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"} | fields


def find_opt_out(body: str) -> Literal["STOP", "START", "HELP", ""]:
    """What Twilio makes of an SMS that is one word: it stops, starts or explains; "" for any other."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS:
        return "START"
    return "HELP" if word in HELP_WORDS else ""


def count_segments(body: str) -> int:
    """How many SMS a text takes: 160 GSM-7 characters in one or 153 in each of several, else 70 or 67."""
    if all(letter in _GSM or letter in _GSM_DOUBLE for letter in body):
        length, whole, part = len(body) + sum(letter in _GSM_DOUBLE for letter in body), 160, 153
    else:
        length, whole, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)
