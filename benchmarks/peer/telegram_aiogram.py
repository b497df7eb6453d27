"""The conversation of the load in aiogram: its states with RedisStorage, its own webhook handler.

`python -m benchmarks.peer.telegram_aiogram --port … --api-url … --redis-url …`.
"""

import logging
from collections.abc import Mapping
from typing import Final

import click
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from benchmarks import load_script as script

router = Router()
_IN_A_ROW: Final = 5


class Telling(StatesGroup):
    """Which question is open."""

    agree = State()
    about = State()
    story = State()
    name = State()
    feeling = State()
    confirm = State()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """Ask for consent."""
    await state.set_state(Telling.agree)
    await message.answer(script.CONSENT, reply_markup=_buttons(script.YES_NO))


@router.callback_query(Telling.agree, F.data == "mee|yes")
async def agree(tap: CallbackQuery, state: FSMContext) -> None:
    """Keep the consent, ask for the subject."""
    await state.update_data(mee=tap.data)
    await state.set_state(Telling.about)
    await _under(tap).answer(script.ABOUT, reply_markup=_buttons(script.TOPICS))
    await tap.answer()


@router.callback_query(Telling.about, F.data.startswith("waarover|"))
async def choose(tap: CallbackQuery, state: FSMContext) -> None:
    """Keep the subject, ask for the story."""
    await state.update_data(waarover=tap.data)
    await state.set_state(Telling.story)
    await _under(tap).answer(script.TELL)
    await tap.answer()


@router.message(Telling.story, F.text)
async def tell(message: Message, state: FSMContext) -> None:
    """Keep a piece of the story, ask for more."""
    told = (await state.get_data()).get("verhaal", "")
    await state.update_data(verhaal=f"{told}\n{message.text}".strip())
    await message.answer(script.MORE, reply_markup=_buttons(script.DONE))


@router.callback_query(Telling.story, F.data == "verhaal|done")
async def end_story(tap: CallbackQuery, state: FSMContext) -> None:
    """Ask for the title."""
    await state.set_state(Telling.name)
    await _under(tap).answer(script.NAME)
    await tap.answer()


@router.message(Telling.name, F.text)
async def name(message: Message, state: FSMContext) -> None:
    """Keep the title, ask for the feeling, with a picture of the scale."""
    await state.update_data(naam=message.text)
    await state.set_state(Telling.feeling)
    await message.answer_photo("sheet", caption=script.FEELING, reply_markup=_buttons(script.STEPS))


@router.callback_query(Telling.feeling, F.data.startswith("gevoel|"))
async def rate(tap: CallbackQuery, state: FSMContext) -> None:
    """Keep the feeling, show the story."""
    kept = await state.update_data(gevoel=tap.data)
    await state.set_state(Telling.confirm)
    message = _under(tap)
    await message.answer(script.REVIEW)
    await message.answer(kept["verhaal"])
    await message.answer(script.CONFIRM, reply_markup=_buttons(script.LAST))
    await tap.answer()


@router.callback_query(Telling.confirm, F.data == "verhaal:confirm|keep")
async def confirm(tap: CallbackQuery, state: FSMContext) -> None:
    """Keep the story, say goodbye."""
    await state.update_data(confirm=tap.data)
    await state.set_state(None)
    await _under(tap).answer(script.THANKS)
    await tap.answer()


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--api-url", required=True)
@click.option("--redis-url", required=True)
def serve(port: int, api_url: str, redis_url: str) -> None:
    """Serve until told to stop."""
    logging.getLogger("aiogram").setLevel(logging.WARNING)
    bot = Bot(script.TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api_url)))
    dispatcher = Dispatcher(storage=RedisStorage.from_url(redis_url))
    dispatcher.include_router(router)
    application = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, secret_token=script.SECRET)
    handler.register(application, path=script.WEBHOOK_PATH)
    setup_application(application, dispatcher, bot=bot)
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)


def _under(tap: CallbackQuery) -> Message:
    """The message with the tapped button."""
    if not isinstance(tap.message, Message):
        raise TypeError("a tap without a message")
    return tap.message


def _buttons(options: Mapping[str, str]) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(text=label, callback_data=data) for data, label in options.items()]
    rows = [buttons] if len(buttons) == _IN_A_ROW else [[button] for button in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


if __name__ == "__main__":
    serve()
