"""The signed forms that Twilio posts to us, written without the twilio package so that they can disagree."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

_RECEIVER = "whatsapp:+14155238886"
_MEDIA_URL = "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME"


class TwilioForms:
    """Writes the forms of one account, each with a SID of its own, and signs them.

    `sender` is what stands behind `whatsapp:`: a phone number or a business-scoped id.
    """

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self.account_sid = account_sid
        self._token = auth_token
        self._number = 0

    def text_form(self, sender: str, body: str) -> dict[str, str]:
        """Write the form of a typed message."""
        return self._form(sender, MessageType="text", Body=body)

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

    def status_form(self, sid: str, status: str, error_code: str | None = None) -> dict[str, str]:
        """Write the form of a status callback."""
        form = {"AccountSid": self.account_sid, "MessageSid": sid, "SmsSid": sid, "MessageStatus": status}
        return form | ({"ErrorCode": error_code} if error_code else {})

    def sign(self, url: str, form: Mapping[str, str], algorithm: str = "sha1") -> str:
        """Sign a form as documented: the full address, then each name and value in order of the names."""
        text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        return base64.b64encode(hmac.new(self._token.encode(), text.encode(), algorithm).digest()).decode()

    def _form(self, sender: str, **fields: str) -> dict[str, str]:
        sid = self.next_sid("SM")
        form = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "AccountSid": self.account_sid}
        form |= {
            "From": f"whatsapp:{sender}",
            "To": _RECEIVER,
            "ProfileName": "Sam",
            "ApiVersion": "2010-04-01",
        }
        if sender.startswith("+"):
            form["WaId"] = sender[1:]
        else:
            form["ExternalUserId"] = sender
        return form | {"Body": "", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"} | fields

    def media_form(self, sender: str, kind: str, media_url: str, content_type: str) -> dict[str, str]:
        """Write the form of any file; `kind` is Twilio's MessageType."""
        form = self._form(sender, MessageType=kind, NumMedia="1")
        return form | {"MediaUrl0": media_url, "MediaContentType0": content_type}

    def next_sid(self, prefix: str) -> str:
        """Make up a SID that was not there before."""
        self._number += 1
        return f"{prefix}{hashlib.sha256(str(self._number).encode()).hexdigest()[:32]}"
