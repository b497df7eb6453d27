"""Plain language: what is hard is told, what everybody knows is not; the bot itself speaks plainly."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flows.checking.plain_language import CHECKED, MOST_WORDS, find_hard_language
from flows.yaml_reader import load_plain

ROOT = Path(__file__).parents[2]
PHRASES: Mapping[str, Mapping[str, Any]] = {
    path.stem: load_plain(path.read_text(encoding="utf-8"))["sentences"]
    for path in sorted((ROOT / "flows" / "phrases").glob("*.yaml"))
}

RARE = {
    "nl": ("De vigerende regels gelden.", ["vigerende"]),
    "en": ("The rules pertain henceforth.", ["pertain", "henceforth"]),
    "tr": ("Bu, müteselsil bir borçtur.", ["müteselsil"]),
    "pl": ("Niniejszym zbywa się wierzytelności.", ["zbywa", "wierzytelności"]),
}

PLAIN = {
    "nl": "Vertel wat er gebeurde in jouw wijkteam. Was het buurthuis open? Het werd groter en leuker.",
    "en": "Tell us what happened at the neighbours. We listened carefully, and wrote it down.",
    "tr": "Mahallenizde ne oldu? Yaşadığınız bir şeyi anlatın. İstediğiniz zaman bırakabilirsiniz.",
    "pl": "Opowiedz, co się wydarzyło. Kiedy potrzebowałeś pomocy? Sąsiedzi ci pomogli.",
    "ar": "احك لنا ما حدث. يمكنك الكتابة أو الكلام.",
}


@pytest.mark.parametrize("language", sorted(RARE))
def test_rare_words_are_told(language: str) -> None:
    """Words of officials and lawyers, by how seldom they are used."""
    text, words = RARE[language]

    assert [message.split("'")[1] for message in find_hard_language(text, language)] == words


@pytest.mark.parametrize("language", sorted(PLAIN))
def test_everyday_words_are_not_told(language: str) -> None:
    """Inflected, put together or at the head of a sentence: a common word stays one."""
    assert list(find_hard_language(PLAIN[language], language)) == []


@pytest.mark.parametrize("language", ["nl", "en", "tr", "pl", "ar", "sv"])
def test_long_sentences_are_told_in_every_language(language: str) -> None:
    """Twelve words are fine, thirteen are too many; a line and a full stop end a sentence."""
    most = " ".join(["9"] * MOST_WORDS)

    assert list(find_hard_language(f"{most}. {most}\n{most}!", language)) == []
    assert [message for message in find_hard_language(f"{most} 9", language) if "13 words" in message]


def test_names_codes_and_placeholders_are_no_hard_words() -> None:
    """Capitals within a sentence are names; what stands between braces is filled in; a number is a number."""
    assert list(find_hard_language("Dit is Twekkelerveld. Wij zien {xyzzyq} en 2026.", "nl")) == []


def test_a_rare_word_is_told_once_a_sentence() -> None:
    """The author has to mend it once."""
    assert len(list(find_hard_language("Een vigerende regel is een vigerende regel.", "nl"))) == 1


@pytest.mark.parametrize("language", CHECKED)
def test_the_list_of_known_words_is_in_order(language: str) -> None:
    """One word a line, small letters, in order, none twice: so two people do not add the same one."""
    path = ROOT / "flows" / "checking" / "plain_words" / f"{language}.txt"
    words = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert words == sorted(set(words))
    assert words == [word.strip().lower() for word in words]


@pytest.mark.parametrize("language", sorted(PHRASES))
def test_the_bot_speaks_plainly(language: str) -> None:
    """Every sentence of the bot's own is short and in everyday words."""
    hard = {
        key: found
        for key, text in PHRASES[language].items()
        if (found := list(find_hard_language(text, language)))
    }

    assert hard == {}


def test_the_word_list_is_loaded_only_to_check() -> None:
    """What serves people and reads published flows never loads it: it takes a second and much memory."""
    command = (
        "import sys, bot.cli, bot.server; from flows.file import read_catalogue, read_flow;"
        "[read_flow(source, name) for name, source in read_catalogue().items()];"
        "sys.exit('wordfreq' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=False).returncode == 0
