"""The conversation of the load in python-telegram-bot: ConversationHandler, PicklePersistence, a webhook.

The webhook is set up as the library's own example of a custom one shows: a server of one's own puts updates
in the application's queue. `python -m benchmarks.peer.telegram_ptb --port … --api-url … --file …`.
"""

import logging
import warnings
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any, Final

import click
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.warnings import PTBUserWarning

from benchmarks import load_script as script

Context = ContextTypes.DEFAULT_TYPE
AGREE, ABOUT, STORY, NAME, FEELING, CONFIRM = range(6)
_IN_A_ROW: Final = 5


async def start(update: Update, context: Context) -> int:
    """Ask for consent."""
    del context
    await _say(update, script.CONSENT, script.YES_NO)
    return AGREE


async def agree(update: Update, context: Context) -> int:
    """Keep the consent, ask for the subject."""
    _kept(context)["mee"] = _tapped(update)
    await _say(update, script.ABOUT, script.TOPICS)
    await _stop_waiting(update)
    return ABOUT


async def choose(update: Update, context: Context) -> int:
    """Keep the subject, ask for the story."""
    _kept(context)["waarover"] = _tapped(update)
    await _say(update, script.TELL)
    await _stop_waiting(update)
    return STORY


async def tell(update: Update, context: Context) -> int:
    """Keep a piece of the story, ask for more."""
    kept = _kept(context)
    kept["verhaal"] = f"{kept.get('verhaal', '')}\n{_said(update)}".strip()
    await _say(update, script.MORE, script.DONE)
    return STORY


async def end_story(update: Update, context: Context) -> int:
    """Ask for the title."""
    del context
    await _say(update, script.NAME)
    await _stop_waiting(update)
    return NAME


async def name(update: Update, context: Context) -> int:
    """Keep the title, ask for the feeling, with a picture of the scale."""
    _kept(context)["naam"] = _said(update)
    await _chat(update).reply_photo("sheet", caption=script.FEELING, reply_markup=_buttons(script.STEPS))
    return FEELING


async def rate(update: Update, context: Context) -> int:
    """Keep the feeling, show the story."""
    kept = _kept(context)
    kept["gevoel"] = _tapped(update)
    await _say(update, script.REVIEW)
    await _say(update, kept["verhaal"])
    await _say(update, script.CONFIRM, script.LAST)
    await _stop_waiting(update)
    return CONFIRM


async def confirm(update: Update, context: Context) -> int:
    """Keep the story, say goodbye."""
    _kept(context)["confirm"] = _tapped(update)
    await _say(update, script.THANKS)
    await _stop_waiting(update)
    return ConversationHandler.END


def make_conversation() -> ConversationHandler[Context]:
    """The same questions in the same order as our flow."""
    words = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("start", start)],
        states={
            AGREE: [CallbackQueryHandler(agree, r"^mee\|yes$")],
            ABOUT: [CallbackQueryHandler(choose, r"^waarover\|")],
            STORY: [MessageHandler(words, tell), CallbackQueryHandler(end_story, r"^verhaal\|done$")],
            NAME: [MessageHandler(words, name)],
            FEELING: [CallbackQueryHandler(rate, r"^gevoel\|")],
            CONFIRM: [CallbackQueryHandler(confirm, r"^verhaal:confirm\|keep$")],
        },
        fallbacks=[CommandHandler("start", start)],
        name="load",
        persistent=True,
    )


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--api-url", required=True)
@click.option("--file", "file", type=click.Path(path_type=Path), required=True)
def serve(port: int, api_url: str, file: Path) -> None:
    """Serve until told to stop."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", category=PTBUserWarning)  # taps are followed per person, as is meant
    application = (
        Application.builder()
        .token(script.TOKEN)
        .base_url(f"{api_url}/bot")
        .updater(None)
        .persistence(PicklePersistence(file))
        .build()
    )
    application.add_handler(make_conversation())

    async def handle(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != script.SECRET:
            return web.Response(status=403)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async def run(server: web.Application) -> AsyncGenerator[None]:
        del server
        async with application:
            await application.start()
            yield
            await application.stop()

    server = web.Application()
    server.add_routes([web.post(script.WEBHOOK_PATH, handle)])
    server.cleanup_ctx.append(run)
    web.run_app(server, host="127.0.0.1", port=port, access_log=None, print=None)


async def _say(update: Update, text: str, options: Mapping[str, str] | None = None) -> None:
    await _chat(update).reply_text(text, reply_markup=_buttons(options) if options else None)


async def _stop_waiting(update: Update) -> None:
    """Answer the tap, as the library asks for; after the reply, so that it does not make the person wait."""
    if update.callback_query:
        await update.callback_query.answer()


def _chat(update: Update) -> Message:
    message = update.effective_message
    if message is None:
        raise TypeError("an update without a message")
    return message


def _kept(context: Context) -> dict[Any, Any]:
    if context.user_data is None:
        raise TypeError("an update without a person")
    return context.user_data


def _said(update: Update) -> str:
    return _chat(update).text or ""


def _tapped(update: Update) -> str:
    query = update.callback_query
    return (query.data if query else None) or ""


def _buttons(options: Mapping[str, str]) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(label, callback_data=data) for data, label in options.items()]
    rows = [buttons] if len(buttons) == _IN_A_ROW else [[button] for button in buttons]
    return InlineKeyboardMarkup(rows)


if __name__ == "__main__":
    serve()
