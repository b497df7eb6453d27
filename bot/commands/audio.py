"""`vertelbot audio`: sound of what the bot says, recorded by people for a step or made by a program."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from bot.channels.spoken_text import write_spoken
from bot.narration import Narration
from bot.settings import read_environment
from bot.surroundings import provide_servers
from flows.flow import Flow
from flows.kinds.confirmation import Confirmation
from flows.kinds.step import Setting
from flows.outbound import Utterance
from flows.phrases import LANGUAGES, phrase
from flows.texts import find_placeholders
from storage import readings
from storage.database import Database
from storage.flow_shelf import FlowShelf
from storage.media import MediaStore
from storage.published_flows import find_current
from storage.settings import read_storage_settings
from storage.vault import Vault
from workers.settings import SOUND_LIMIT, read_speech_settings
from workers.sound import SoundError
from workers.speech import LONGEST_SECONDS, find_speech
from workers.voice_notes import convert_to_voice_note

T = TypeVar("T")

_FIXED = ("listening", "answer_again", "misread_choice", "aloud_on", "reopened", "help_text", "paused")
"""The bot's own sentences that nearly every conversation needs; others are made when they are first said."""


@dataclass(frozen=True, slots=True)
class _Studio:
    """What the commands work with, for the length of one of them."""

    database: Database
    media: MediaStore
    narration: Narration


@click.group()
def audio() -> None:
    """Give the bot a voice: record what it says at a step, or have it made ahead."""


@audio.command()
@click.argument("flow")
@click.argument("step")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", required=True, help="The language that is spoken, such as nl.")
def add(flow: str, step: str, file: Path, language: str) -> None:
    """Keep FILE, sound of any usual kind, as what is heard at STEP; it takes the place of an earlier one."""
    if file.stat().st_size > SOUND_LIMIT:
        raise click.ClickException(f"{file} is larger than {SOUND_LIMIT // 1_000_000} MB.")
    try:
        sound = convert_to_voice_note(file.read_bytes(), max_seconds=LONGEST_SECONDS)
    except SoundError as error:
        raise click.ClickException(f"{file}: {error}") from error

    async def keep(studio: _Studio) -> None:
        found = await _find_flow(studio, flow)
        said = _find_step(found, step, language)
        if find_placeholders(said.text):
            raise click.ClickException(f"What is said at {step} is another text for everyone.")
        digest = readings.digest_text(write_spoken(said))
        media = studio.media.write(sound)
        async with studio.database.transaction() as connection:
            gone = await readings.add_recorded(
                connection,
                flow=flow,
                step=step,
                language=language,
                digest=digest,
                media=media,
                size=len(sound),
            )
        _delete(studio, gone)

    _work(keep)
    click.echo(f"{flow} {step} {language}: kept, {len(sound) / 1000:.0f} kB. It is heard from now on.")
    click.echo("It must say the question and its numbered answers; look at `vertelbot audio text`.")


@audio.command("text")
@click.argument("flow")
@click.argument("step")
@click.option("--language", required=True, help="The language, such as nl.")
def show_text(flow: str, step: str, language: str) -> None:
    """Print what is to be read out at STEP."""

    async def find(studio: _Studio) -> str:
        return write_spoken(_find_step(await _find_flow(studio, flow), step, language))

    click.echo(_work(find))


@audio.command("list")
@click.argument("flow", required=False)
def list_all(flow: str | None) -> None:
    """Show what was recorded, and what is outdated: its text changed, so it is not used."""

    async def look(studio: _Studio) -> list[str]:
        async with studio.database.reading() as connection:
            recorded = await readings.list_recorded(connection, flow)
        lines: list[str] = []
        flows: dict[str, Flow] = {}
        for each in recorded:
            if each.flow not in flows:
                flows[each.flow] = await _find_flow(studio, each.flow)
            fits = each.digest == _digest_step(flows[each.flow], each.step, each.language)
            state = "in use" if fits else "outdated: the text changed; record it again, or remove it"
            lines.append(f"{each.flow} {each.step} {each.language}: {each.size / 1000:.0f} kB, {state}")
        return lines

    for line in _work(look) or ["Nothing was recorded."]:
        click.echo(line)


@audio.command()
@click.argument("flow")
@click.argument("step")
@click.option("--language", required=True, help="The language that is spoken, such as nl.")
def remove(flow: str, step: str, language: str) -> None:
    """Delete what was recorded for STEP."""

    async def forget(studio: _Studio) -> bool:
        async with studio.database.transaction() as connection:
            gone = await readings.remove_recorded(connection, flow, step, language)
        _delete(studio, gone)
        return bool(gone)

    if not _work(forget):
        raise click.ClickException(f"Nothing was recorded for {flow} {step} in '{language}'.")
    click.echo(f"{flow} {step} {language}: deleted.")


@audio.command()
@click.argument("flow")
def make(flow: str) -> None:
    """Have all fixed texts of FLOW read by the program that speaks here, ahead of time."""

    async def read_all(studio: _Studio) -> tuple[int, int]:
        if studio.narration.speech is None:
            raise click.ClickException(
                "No program speaks here; install espeak-ng, or look at VERTELBOT_SPEECH."
            )
        found = await _find_flow(studio, flow)
        texts = [(text, language) for language in found.languages for text in _list_texts(found, language)]
        made = 0
        for text, language in texts:
            made += await studio.narration.read(text, language, personal=False) is not None
        return made, len(texts)

    made, all_texts = _work(read_all)
    click.echo(f"{flow}: {made} of {all_texts} texts can be heard.")
    if made < all_texts:
        raise click.ClickException("Some could not be made; a language may have no voice here.")


def _list_texts(flow: Flow, language: str) -> Iterator[str]:
    """All that is the same for everyone, as it is heard."""
    for place in flow.walk:
        if not isinstance(place.step, Confirmation):
            said = _render(flow, place.step.name, language)
            if not find_placeholders(said.text):
                yield write_spoken(said)
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    yield from (phrase(spoken, key) for key in _FIXED)


def _digest_step(flow: Flow, step: str, language: str) -> str:
    """What the text of a step is known by; "" when the flow has it no longer."""
    known = step in flow.places and language in flow.languages
    return readings.digest_text(write_spoken(_render(flow, step, language))) if known else ""


def _find_step(flow: Flow, step: str, language: str) -> Utterance:
    if language not in flow.languages:
        raise click.ClickException(f"{flow.flow} speaks {', '.join(flow.languages)}; not '{language}'.")
    if step not in flow.places or isinstance(flow.walk[flow.places[step]].step, Confirmation):
        raise click.ClickException(f"{flow.flow} has no step '{step}'.")
    return _render(flow, step, language)


def _render(flow: Flow, step: str, language: str) -> Utterance:
    """A step as it looks when first asked."""
    found = flow.walk[flow.places[step]].step
    setting = Setting(language, flow.languages, today=date.min)
    if isinstance(found, Confirmation):
        raise TypeError("a confirmation looks different for every story")
    return found.render(setting)


async def _find_flow(studio: _Studio, flow: str) -> Flow:
    async with studio.database.reading() as connection:
        current = await find_current(connection, flow)
        if current is None:
            raise click.ClickException(f"There is no flow '{flow}'; see `vertelbot doctor`.")
        return await FlowShelf().get(connection, current.flow, current.version)


def _delete(studio: _Studio, media: Sequence[str]) -> None:
    for each in media:
        studio.media.delete(each)


def _work(job: Callable[[_Studio], Awaitable[T]]) -> T:
    """Do something with the database and the media store; Raises ClickException and StorageError."""

    async def do() -> T:
        database = Database.connect(storage.database_url)
        narration = Narration(database, media, find_speech(read_speech_settings(around.environ)))
        try:
            return await job(_Studio(database, media, narration))
        finally:
            await database.close()

    with provide_servers(read_environment()) as around:
        storage = read_storage_settings(around.environ)
        media = MediaStore(storage.media_folder, Vault(storage.secrets))
        return asyncio.run(do())
