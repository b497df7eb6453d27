"""A right flow file, and every fault an author can make in it: what it was, what it becomes, what is told."""

import pytest

from flows.errors import FlowFileError, Problem
from flows.file import read_flow

GOOD = """\
format: 1
flow: proef
title: {nl: Proef, en: Trial}
audience: coach
languages: [nl, en]
steps:
  - ask: mee
    kind: consent
    version: "1"
    text: {nl: Doe je mee?, en: Will you join?}
    yes: {nl: Ja, en: "Yes"}
    no: {nl: Nee, en: "No"}
  - ask: verhaal
    kind: story
    text: {nl: Vertel., en: Tell.}
    nudge:
      below_words: 5
      text: {nl: En toen?, en: And then?}
  - ask: naam
    kind: text
    text: {nl: Hoe heet het?, en: What is it called?}
    fills: title
  - ask: gevoel
    kind: choice
    min: 1
    max: 2
    text: {nl: Hoe was het?, en: How was it?}
    options:
      - code: gids
        label: {nl: Zeker, en: Sure}
        picture: pictures/gids.svg
      - code: mist
        label: {nl: Onzeker, en: Unsure}
  - ask: driehoek
    kind: triad
    text: {nl: Waardoor?, en: Why?}
    top: {code: regels, label: {nl: Regels, en: Rules}}
    left: {code: vak, label: {nl: Vak, en: Skill}}
    right: {code: hart, label: {nl: Hart, en: Heart}}
  - say: dank
    text: {nl: "Dank, {code}.", en: "Thanks, {code}."}
"""

# What stands in the file, what is planted in its place, the line and step at which it is found, what is said.
FAULTS: dict[str, tuple[str, str, int, str, str]] = {
    "wrong format": ("format: 1", "format: 2", 1, "flow", "format: is not known here; it must be 1"),
    "no format": ("format: 1\n", "", 1, "flow", "format: is missing"),
    "flow code with capitals": ("flow: proef", "flow: Proef", 2, "flow", "flow: is no code"),
    "unknown key": (
        "audience: coach",
        "audience: coach\nauthor: Jan",
        5,
        "flow",
        "author: is not a known key",
    ),
    "no languages": ("[nl, en]", "[]", 5, "flow", "languages: has too few entries"),
    "languages no list": ("[nl, en]", "nl", 5, "flow", "languages: is no list"),
    "language in capitals": ("[nl, en]", "[nl, en, DE]", 5, "flow", "is no language code"),
    "language unknown in texts": (
        "title: {nl: Proef,",
        "title: {Nederlands: Proef,",
        3,
        "flow",
        "no language code",
    ),
    "title lacks a language": (
        "title: {nl: Proef, en: Trial}",
        "title: {nl: Proef}",
        3,
        "flow",
        "no text in 'en'",
    ),
    "unknown kind": ("kind: text", "kind: tekst", 19, "naam", "no known kind"),
    "no kind": ("    kind: text\n", "", 19, "naam", "no known kind"),
    "missing text": (
        "    text: {nl: Hoe heet het?, en: What is it called?}\n",
        "",
        19,
        "naam",
        "text: is missing",
    ),
    "text lacks a language": (", en: What is it called?", "", 21, "naam", "text: has no text in 'en'"),
    "text lacks the first language": ("nl: Vertel., ", "", 15, "verhaal", "text: has no text in 'nl'"),
    "nudge lacks a language": (
        "{nl: En toen?, en: And then?}",
        "{en: And?}",
        18,
        "verhaal",
        "nudge.text: has no",
    ),
    "label lacks a language": (
        "{nl: Onzeker, en: Unsure}",
        "{nl: Onzeker}",
        33,
        "gevoel",
        "options.mist.label: has",
    ),
    "corner lacks a language": (
        "{nl: Hart, en: Heart}",
        "{nl: Hart}",
        39,
        "driehoek",
        "right.label: has no text",
    ),
    "empty text": ("nl: Hoe heet het?", 'nl: " "', 21, "naam", "the text in 'nl' is empty"),
    "number as text": (
        "nl: Hoe heet het?",
        "nl: 5",
        21,
        "naam",
        "text.nl: is no text; put it between quotes",
    ),
    "number as all texts": ("{nl: Vertel., en: Tell.}", "5", 15, "verhaal", "text: is no text"),
    "unknown placeholder": ("nl: Vertel.", "nl: 'Vertel {wat}.'", 15, "verhaal", "{wat} is no placeholder"),
    "placeholder too early": (
        "nl: Vertel.",
        "nl: 'Vertel {shared}.'",
        15,
        "verhaal",
        "after the last question",
    ),
    "version as date": ('version: "1"', "version: 2026-11-01", 9, "mee", "version: is no text"),
    "empty version": ('version: "1"', 'version: ""', 9, "mee", "version: is empty"),
    "step code twice": ("ask: gevoel", "ask: naam", 23, "naam", "the code 'naam' stands at two steps"),
    "step code with a space": ("ask: gevoel", "ask: mijn gevoel", 23, "mijn gevoel", "ask: is no code"),
    "step code too long": ("ask: gevoel", "ask: " + "g" * 31, 23, "g" * 31, "ask: is no code"),
    "step code ends in a dash": ("ask: gevoel", "ask: gevoel-", 23, "gevoel-", "ask: is no code"),
    "no consent first": (
        "kind: consent",
        "kind: text",
        8,
        "mee",
        "the first question must be of kind consent",
    ),
    "two stories": ("kind: text", "kind: story", 20, "naam", "there is a question of kind story already"),
    "fills twice": ("    min: 1\n    max: 2\n", "    fills: title\n", 25, "gevoel", "fills 'title' already"),
    "fills by a triad": (
        "kind: triad",
        "kind: triad\n    fills: share_with",
        36,
        "driehoek",
        "can fill a field",
    ),
    "fills something else": ("fills: title", "fills: titel", 22, "naam", "fills: is not known here"),
    "way around consent": (
        'version: "1"',
        'version: "1"\n    allow: [skip]',
        10,
        "mee",
        "no way around a consent",
    ),
    "unknown way around": ("fills: title", "allow: [overslaan]", 22, "naam", "allow.1: is not known here"),
    "min above max": ("min: 1", "min: 3", 25, "gevoel", "min 3 is more than max 2"),
    "max above the options": ("max: 2", "max: 3", 26, "gevoel", "max 3 is more than the 2 options"),
    "max no number": ("max: 2", "max: twee", 26, "gevoel", "max: is no whole number"),
    "min zero": ("min: 1", "min: 0", 25, "gevoel", "min: is too small"),
    "option code twice": ("code: mist", "code: gids", 32, "gevoel", "the code 'gids' stands at two options"),
    "option code reserved": ("code: mist", "code: skip", 32, "gevoel", "the code 'skip' has a fixed meaning"),
    "option code with capitals": ("code: mist", "code: Mist", 32, "gevoel", "options.Mist.code: is no code"),
    "option without a label": (
        "        label: {nl: Onzeker, en: Unsure}\n",
        "",
        32,
        "gevoel",
        "label: is missing",
    ),
    "picture of the wrong form": (
        "pictures/gids.svg",
        "gids.png",
        31,
        "gevoel",
        "is no picture of the catalogue",
    ),
    "picture that is not there": ("gids.svg", "giraf.svg", 31, "gevoel", "there is no such picture"),
    "corner code twice": ("code: hart", "code: vak", 39, "driehoek", "the code 'vak' stands at two corners"),
    "corner missing": (
        "    top: {code: regels, label: {nl: Regels, en: Rules}}\n",
        "",
        34,
        "driehoek",
        "top: is miss",
    ),
    "corner of the wrong form": (
        "{code: vak, label: {nl: Vak, en: Skill}}",
        "vak",
        38,
        "driehoek",
        "has no entries",
    ),
    "tab as indent": ("    kind: text\n", "\tkind: text\n", 20, "file", "is no YAML: there is a tab"),
    "quote not closed": ('version: "1"', 'version: "1', 11, "file", "is no YAML: there are words after"),
    "key twice": ("    kind: text\n", "    kind: text\n    kind: text\n", 21, "naam", "kind: stands twice"),
    "dash forgotten": ("  - ask: gevoel", "    ask: gevoel", 23, "naam", "begin a new step with a dash"),
}


UNSEEN = {
    *("title lacks a language", "text lacks a language", "two stories", "no consent first"),
    *("text lacks the first language", "nudge lacks a language", "label lacks a language"),
    *("corner lacks a language", "unknown placeholder", "placeholder too early", "step code twice"),
    *("fills twice", "min above max", "max above the options"),
    *("option code twice", "option code reserved", "picture that is not there", "corner code twice"),
    *("tab as indent", "quote not closed", "key twice", "dash forgotten"),
}
"""Faults between several entries, or of what is no YAML: a schema cannot see those."""


def find_problems(source: str) -> tuple[Problem, ...]:
    """What is wrong with a file; fails when nothing is."""
    with pytest.raises(FlowFileError) as caught:
        read_flow(source, "proef.yaml")
    return caught.value.problems
