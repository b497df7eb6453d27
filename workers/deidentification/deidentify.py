"""The whole of it: a text without what says who it is about."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.deidentification.accounts import find_accounts
from workers.deidentification.addresses import find_addresses
from workers.deidentification.announced import Announced
from workers.deidentification.birthdays import find_birthdays
from workers.deidentification.capitals import reach_ahead, reach_back
from workers.deidentification.codes import find_codes
from workers.deidentification.finding import Deidentified, Finding, Replaced, replace, settle
from workers.deidentification.foreign import find_foreign
from workers.deidentification.frequencies import Frequencies
from workers.deidentification.handles import Handles
from workers.deidentification.house_numbers import find_house_numbers
from workers.deidentification.likeness import Likeness
from workers.deidentification.listed import Listed
from workers.deidentification.name_words import NameWords
from workers.deidentification.numbers import find_numbers
from workers.deidentification.organisations import Organisations
from workers.deidentification.persons import Persons
from workers.deidentification.pieces import find_runs
from workers.deidentification.plates import find_plates, find_runs_of_plates
from workers.deidentification.sounds import find_sounds
from workers.deidentification.split_names import find_split
from workers.deidentification.spoken import find_spoken
from workers.deidentification.street_names import StreetNames
from workers.deidentification.tokens import hush, split_tokens
from workers.deidentification.word_lists import load_names, load_words
from workers.deidentification.workplaces import Workplaces

DUTCH: Final = "nl"

BETWEEN: Final = "\n\n"
"""What stands between texts that are searched as one: a paragraph ends, and every rule with it."""


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
            Persons(NameWords(words, frequencies.find, likeness, find_sounds(words.first_names))),
        )

    def find(self, text: str, language: str = DUTCH) -> list[Finding]:
        """All that is to be taken out, in its order.

        In another language than Dutch a strange word says nothing: of names there only those of the lists
        count, with a capital within a sentence.
        """
        hushed = hush(text)
        written = split_tokens(text)
        tokens = written if hushed == text else split_tokens(hushed)
        runs = list(find_runs(text, written))
        places = {token.start: at for at, token in enumerate(tokens)}
        words = self.listed.words
        known = self.persons.known
        streets = StreetNames(known)
        dutch = language == DUTCH
        persons = self.persons.find(hushed, tokens) if dutch else find_foreign(known, hushed, tokens)
        found = (
            *find_numbers(text),
            *find_accounts(text),
            *Handles(known).find(hushed, tokens),
            *find_birthdays(text),
            *find_plates(text),
            *find_runs_of_plates(text, written, runs),
            *find_codes(text, written, runs, words),
            *find_spoken(hushed, tokens),
            *find_addresses(hushed, known.frequency, words),
            *streets.find(hushed, tokens),
            *self.listed.find(hushed, tokens),
            *Organisations(known).find(hushed, tokens),
            *Workplaces(known).find(hushed, tokens),
            *persons,
            *(find_split(hushed, tokens, known) if dutch else ()),
            *(Announced(known).find(hushed, tokens) if dutch else ()),
        )
        found = (*found, *find_house_numbers(text, found))
        ahead = (reach_ahead(hushed, tokens, places, finding) for finding in found)
        reached = (reach_back(hushed, tokens, places, words, finding) for finding in ahead)
        return settle(hushed, [streets.reach(hushed, tokens, places, finding) for finding in reached])

    def deidentify_all(self, texts: Sequence[str], language: str = DUTCH) -> list[list[Replaced]]:
        """What is found in each of several texts that are about the same people, places in its own text.

        They are searched as one, so that a name that is plain in one is known in all.
        """
        found = self.deidentify(BETWEEN.join(texts), language).replaced
        placed: list[list[Replaced]] = []
        start = 0
        for text in texts:
            end = start + len(text)
            placed.append(
                [
                    Replaced(
                        dataclasses.replace(
                            each.finding,
                            start=max(each.finding.start, start) - start,
                            end=min(each.finding.end, end) - start,
                        ),
                        each.mark,
                    )
                    for each in found
                    if each.finding.start < end and each.finding.end > start
                ]
            )
            start = end + len(BETWEEN)
        return placed

    def deidentify(self, text: str, language: str = DUTCH) -> Deidentified:
        """The text with marks, and what each of them stands for."""
        return replace(text, self.find(text, language))
