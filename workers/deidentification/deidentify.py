"""The whole of it: a text without what says who it is about."""

from dataclasses import dataclass
from pathlib import Path

from workers.deidentification.accounts import find_accounts
from workers.deidentification.addresses import find_addresses
from workers.deidentification.birthdays import find_birthdays
from workers.deidentification.capitals import reach_back
from workers.deidentification.finding import Deidentified, Finding, replace, settle
from workers.deidentification.frequencies import Frequencies
from workers.deidentification.likeness import Likeness
from workers.deidentification.listed import Listed
from workers.deidentification.name_words import NameWords
from workers.deidentification.numbers import find_numbers
from workers.deidentification.persons import Persons
from workers.deidentification.plates import find_plates
from workers.deidentification.spoken import find_spoken
from workers.deidentification.tokens import hush, split_tokens
from workers.deidentification.word_lists import load_names, load_words


@dataclass(frozen=True, slots=True)
class Deidentifier:
    """Finds what says who a text is about, and puts marks in its place. Keeps nothing of the texts."""

    listed: Listed
    persons: Persons

    @classmethod
    def load(cls, municipality: str | Path, frequencies: Frequencies) -> "Deidentifier":
        """With the lists of a municipality."""
        words = load_words()
        likeness = Likeness.count(
            (name for name in words.first_names if name.isalpha() and name not in words.everyday),
            (
                word
                for word in frequencies.words
                if not (word in words.first_names or word in words.surnames or word in words.places)
            ),
        )
        return cls(
            Listed(words, load_names(municipality), frequencies.find),
            Persons(NameWords(words, frequencies.find, likeness)),
        )

    def find(self, text: str) -> list[Finding]:
        """All that is to be taken out, in its order."""
        hushed = hush(text)
        tokens = split_tokens(hushed)
        places = {token.start: at for at, token in enumerate(tokens)}
        words = self.listed.words
        found = (
            *find_numbers(text),
            *find_accounts(text),
            *find_birthdays(text),
            *find_plates(text),
            *find_spoken(hushed, tokens),
            *find_addresses(hushed, self.persons.known.frequency, words.not_streets),
            *self.listed.find(hushed, tokens),
            *self.persons.find(hushed, tokens),
        )
        return settle(hushed, [reach_back(hushed, tokens, places, words, finding) for finding in found])

    def deidentify(self, text: str) -> Deidentified:
        """The text with marks, and what each of them stands for."""
        return replace(text, self.find(text))
