"""The updates a fake Telegram sends: builders with increasing update_id, in the shapes of the Bot API."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final

Update = dict[str, Any]

CHAT: Final = 700_100
DATE: Final = 1_800_000_000
BOT: Final[Mapping[str, Any]] = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Vertelbot",
    "username": "vertelbot",
}


class Updates:
    """Builds updates of one person in a private chat; `chat_id` picks another person."""

    def __init__(self, first: int = 1000) -> None:
        self._update_ids = count(first)
        self._message_ids = count(1)

    def message(self, *, chat_id: int = CHAT, language: str | None = "nl", **content: Any) -> Update:
        """Build a message with any content, named as in the Bot API."""
        sender = _person(chat_id, language)
        body = {"message_id": next(self._message_ids), "date": DATE, "chat": _chat(chat_id), "from": sender}
        return self._update(message=body | content)

    def text(self, text: str, *, chat_id: int = CHAT, language: str | None = "nl") -> Update:
        """Build a typed message; a command gets the entity that Telegram gives it."""
        if not text.startswith("/"):
            return self.message(chat_id=chat_id, language=language, text=text)
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return self.message(chat_id=chat_id, language=language, text=text, entities=entities)

    def start(self, payload: str = "", *, chat_id: int = CHAT, language: str | None = "nl") -> Update:
        """Build what a person's tap on Start sends, with the payload of the link that was followed."""
        return self.text(f"/start {payload}".strip(), chat_id=chat_id, language=language)

    def voice(
        self, file_id: str, *, seconds: int = 7, size: int | None = 12_345, chat_id: int = CHAT
    ) -> Update:
        """Build a voice note."""
        voice = _file(file_id, size) | {"duration": seconds, "mime_type": "audio/ogg"}
        return self.message(chat_id=chat_id, voice=voice)

    def audio(self, file_id: str, *, seconds: int = 60, size: int | None = 500_000) -> Update:
        """Build a music or sound file."""
        return self.message(audio=_file(file_id, size) | {"duration": seconds, "mime_type": "audio/mpeg"})

    def document(self, file_id: str, *, mime: str = "application/pdf", size: int | None = 9_000) -> Update:
        """Build a file sent as such."""
        return self.message(document=_file(file_id, size) | {"file_name": "bestand", "mime_type": mime})

    def sticker(self) -> Update:
        """Build a sticker."""
        picture = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.message(sticker=_file("sticker-1") | picture)

    def photo(self, caption: str | None = None) -> Update:
        """Build a photo in two sizes, with or without a caption."""
        sizes = [_file(f"size-{side}") | {"width": side, "height": side} for side in (90, 800)]
        return self.message(photo=sizes) if caption is None else self.message(photo=sizes, caption=caption)

    def video(self) -> Update:
        """Build a video."""
        return self.message(video=_file("video-1") | {"width": 640, "height": 480, "duration": 5})

    def video_note(self) -> Update:
        """Build a round video message."""
        return self.message(video_note=_file("round-1") | {"length": 240, "duration": 5})

    def animation(self) -> Update:
        """Build an animation, which Telegram shows as a document too."""
        file = _file("gif-1") | {"mime_type": "video/mp4"}
        moving = file | {"width": 320, "height": 240, "duration": 2}
        return self.message(animation=moving, document=file)

    def location(self) -> Update:
        """Build a place on the map."""
        return self.message(location=_PLACE)

    def venue(self) -> Update:
        """Build a named place, which Telegram shows as a location too."""
        return self.message(
            venue={"location": _PLACE, "title": "Plein", "address": "Plein 1"}, location=_PLACE
        )

    def contact(self) -> Update:
        """Build a contact."""
        return self.message(contact={"phone_number": "+31600000000", "first_name": "Noa"})

    def dice(self) -> Update:
        """Build a die."""
        return self.message(dice={"emoji": "🎲", "value": 4})

    def poll(self) -> Update:
        """Build a poll."""
        options = [
            {"text": text, "voter_count": 0, "persistent_id": str(number)}
            for number, text in enumerate(("ja", "nee"))
        ]
        settled = {"is_closed": False, "is_anonymous": True, "type": "regular"}
        asked = {"id": "p1", "question": "Wat?", "options": options, "total_voter_count": 0}
        rights = {"allows_multiple_answers": False, "allows_revoting": False, "members_only": False}
        return self.message(poll=asked | settled | rights)

    def pinned(self) -> Update:
        """Build what Telegram says when a message is pinned."""
        old = {"message_id": 1, "date": DATE, "chat": _chat(CHAT), "text": "oud"}
        return self.message(pinned_message=old)

    def edited(self, text: str, *, chat_id: int = CHAT, message_id: int | None = None) -> Update:
        """Build a message that was changed afterwards; `message_id` says which."""
        body: Update = {"message_id": next(self._message_ids) if message_id is None else message_id}
        sender = {"chat": _chat(chat_id), "from": _person(chat_id, "nl")}
        dates = {"date": DATE, "edit_date": DATE + 60}
        return self._update(edited_message=body | sender | dates | {"text": text})

    def reply(self, text: str) -> Update:
        """Build a message that answers another and quotes a part of it."""
        old = {"message_id": 1, "date": DATE, "chat": _chat(CHAT), "from": dict(BOT), "text": "Wat is het?"}
        return self.message(text=text, reply_to_message=old, quote={"text": "Wat", "position": 0})

    def forward(self, text: str) -> Update:
        """Build a message that was forwarded from a person who hides their account."""
        origin = {"type": "hidden_user", "sender_user_name": "Kim", "date": DATE - 60}
        return self.message(text=text, forward_origin=origin)

    def odd(self) -> Update:
        """Build a message of a kind nobody knows yet: no text, and a field that is new."""
        return self.message(brand_new_thing={"value": 1})

    def timer(self) -> Update:
        """Build what Telegram says when messages are to vanish by themselves."""
        return self.message(message_auto_delete_timer_changed={"message_auto_delete_time": 86_400})

    def story(self) -> Update:
        """Build a forwarded story."""
        return self.message(story={"chat": _chat(CHAT), "id": 1})

    def app_data(self, data: str) -> Update:
        """Build what a Mini App sends through a button of a keyboard."""
        return self.message(web_app_data={"data": data, "button_text": "Kies"})

    def bare_voice(self, file_id: str) -> Update:
        """Build a voice note with no type and no size, both of which Telegram may leave out."""
        return self.message(language=None, voice=_file(file_id) | {"duration": 0})

    def callback(self, data: str | None, *, chat_id: int = CHAT, message_id: int = 1) -> Update:
        """Build a tap on an inline button."""
        under = {
            "message_id": message_id,
            "date": DATE,
            "chat": _chat(chat_id),
            "from": dict(BOT),
            "text": "?",
        }
        tap = self._tap(chat_id) | {"message": under}
        return self._update(callback_query=tap if data is None else tap | {"data": data})

    def late_callback(self, data: str) -> Update:
        """Build a tap on a button of a message that Telegram itself can no longer see."""
        under = {"message_id": 1, "date": 0, "chat": _chat(CHAT)}
        return self._update(callback_query=self._tap(CHAT) | {"message": under, "data": data})

    def inline_callback(self, data: str) -> Update:
        """Build a tap on a button under an inline message, which comes without a chat."""
        return self._update(callback_query=self._tap(CHAT) | {"inline_message_id": "i1", "data": data})

    def my_chat_member(self, status: str = "kicked", *, chat_id: int = CHAT) -> Update:
        """Build what Telegram says when a person blocks (`kicked`) or unblocks (`member`) the bot."""
        old: Update = {"user": dict(BOT), "status": "member"}
        new: Update = {"user": dict(BOT), "status": status}
        if status == "kicked":
            new["until_date"] = 0
        change = {"chat": _chat(chat_id), "from": _person(chat_id, "nl"), "date": DATE}
        return self._update(my_chat_member=change | {"old_chat_member": old, "new_chat_member": new})

    def group_text(self, text: str) -> Update:
        """Build a message in a group."""
        chat = {"id": -100_200_300, "type": "supergroup", "title": "Groep"}
        body = {"message_id": 5, "date": DATE, "chat": chat, "from": _person(CHAT, "nl"), "text": text}
        return self._update(message=body)

    def group_callback(self, data: str) -> Update:
        """Build a tap on a button in a group."""
        chat = {"id": -100_200_300, "type": "supergroup", "title": "Groep"}
        under = {"message_id": 5, "date": DATE, "chat": chat, "from": dict(BOT), "text": "?"}
        return self._update(callback_query=self._tap(CHAT) | {"message": under, "data": data})

    def channel_post(self, text: str) -> Update:
        """Build a message in a channel."""
        chat = {"id": -100_200_301, "type": "channel", "title": "Kanaal"}
        return self._update(channel_post={"message_id": 6, "date": DATE, "chat": chat, "text": text})

    def one_of_each(self) -> dict[str, Update]:
        """Build one update of every kind there is here, by a readable name."""
        return {
            "text": self.text("Dag"),
            "start": self.start("wijkcoach"),
            "command": self.text("/stop"),
            "voice": self.voice("voice-1"),
            "audio": self.audio("audio-1"),
            "document": self.document("document-1"),
            "audio document": self.document("document-2", mime="audio/ogg"),
            "sticker": self.sticker(),
            "photo": self.photo("kijk"),
            "video": self.video(),
            "video note": self.video_note(),
            "animation": self.animation(),
            "location": self.location(),
            "venue": self.venue(),
            "contact": self.contact(),
            "dice": self.dice(),
            "poll": self.poll(),
            "pinned": self.pinned(),
            "edited": self.edited("Dag!"),
            "reply": self.reply("Dag"),
            "forward": self.forward("Dag"),
            "odd": self.odd(),
            "timer": self.timer(),
            "story": self.story(),
            "app data": self.app_data("{}"),
            "bare voice": self.bare_voice("voice-2"),
            "callback": self.callback("gevoel|gids"),
            "callback without data": self.callback(None),
            "late callback": self.late_callback("gevoel|gids"),
            "inline callback": self.inline_callback("gevoel|gids"),
            "blocked": self.my_chat_member("kicked"),
            "unblocked": self.my_chat_member("member"),
            "group text": self.group_text("Dag"),
            "group callback": self.group_callback("gevoel|gids"),
            "channel post": self.channel_post("Dag"),
        }

    def _update(self, **body: Any) -> Update:
        return {"update_id": next(self._update_ids), **body}

    def _tap(self, chat_id: int) -> Update:
        number = f"tap-{next(self._message_ids)}"
        return {"id": number, "from": _person(chat_id, "nl"), "chat_instance": "1"}


_PLACE: Final = {"latitude": 52.0, "longitude": 5.0}


def _chat(chat_id: int) -> Update:
    return {"id": chat_id, "type": "private", "first_name": "Noa"}


def _person(chat_id: int, language: str | None) -> Update:
    person = {"id": chat_id, "is_bot": False, "first_name": "Noa"}
    return person if language is None else person | {"language_code": language}


def _file(file_id: str, size: int | None = None) -> Update:
    file = {"file_id": file_id, "file_unique_id": f"u-{file_id}"}
    return file if size is None else file | {"file_size": size}
