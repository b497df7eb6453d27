"""The words of the web pages themselves, per language; plain (B1): short sentences, everyday words."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("nl", "en")
"""The languages of the pages; the first is the fallback."""

RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "prs", "sd", "ug", "ur", "yi"})
"""Languages whose texts run from right to left, by their code in flow files."""

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "title": "Vertelpunt",
        "to_answer": "Naar het antwoord",
        "begin_title": "Vertel wat je meemaakte",
        "begin_say": "Je chat met een computer. Die stelt je een paar vragen.",
        "begin_tell": "Typ je verhaal of spreek het in.",
        "begin_read": "Je leest de tekst zelf na.",
        "begin_stop": "Je kunt altijd stoppen.",
        "begin": "Begin",
        "go_on": "Ga verder met je gesprek",
        "go_on_note": "Er staat nog een gesprek open op dit apparaat.",
        "begin_new": "Begin een nieuw gesprek",
        "new_note": "Met een nieuw gesprek kun je niet terug naar het oude.",
        "other_language": "English",
        "new": "Nieuw gesprek",
        "close": "Sluit af",
        "close_title": "Gesprek afsluiten?",
        "close_say": "Gebruiken anderen dit apparaat ook? Sluit het gesprek dan af.",
        "close_kept": "Wat je al hebt gedeeld, blijft bewaard.",
        "close_gone": "Je kunt daarna niet meer verder met dit gesprek.",
        "close_yes": "Ja, sluit af",
        "close_no": "Nee, ga terug",
        "closed_title": "Het gesprek is afgesloten",
        "closed_say": "Op dit apparaat is er niets meer van te zien.",
        "unknown_title": "Dit gesprek is er niet",
        "unknown_say": "Misschien klopt de link niet helemaal.",
        "unknown_go": "Naar het gewone gesprek",
        "refused_title": "Dat ging niet goed",
        "refused_say": "Ga terug en probeer het nog eens.",
        "refused_go": "Naar het gesprek",
        "progress": "Stap {at} van {of}",
        "log": "Gesprek",
        "bot": "Vertelpunt",
        "you": "Jij",
        "wait": "Even geduld. Het gesprek begint zo.",
        "refresh": "Kijk of er iets nieuws is",
        "your_answer": "Jouw antwoord",
        "type_story": "Typ je verhaal",
        "type_more": "Typ hier meer",
        "type_change": "Verander de tekst",
        "type_text": "Typ je antwoord",
        "type_other": "Of typ je antwoord",
        "type_free": "Typ een bericht",
        "send": "Verstuur",
        "keys": "Enter verstuurt. Shift en Enter geeft een nieuwe regel.",
        "ready": "Klaar",
        "choose_exactly": "Kies er {min}.",
        "choose_or": "Kies er {min} of {max}.",
        "choose_to": "Kies er {min} tot en met {max}.",
        "choose_least": "Kies er minstens {min}.",
        "choose_most": "Kies er hoogstens {max}.",
        "voice": "Opname",
        "voice_file": "Of kies een opname op je apparaat",
        "voice_send": "Verstuur de opname",
        "record": "Spreek het in",
        "recording": "De opname loopt",
        "record_level": "Hoe hard het klinkt",
        "record_stop": "Stop de opname",
        "record_cancel": "Gooi weg",
        "record_check": "Luister terug. Verstuur de opname daarna.",
        "record_listen": "Je opname",
        "record_again": "Opnieuw opnemen",
        "record_denied": "De microfoon staat uit. Zet hem aan in je browser, of typ je verhaal.",
        "record_failed": "Het opnemen lukt hier niet. Kies een opname, of typ je verhaal.",
        "record_empty": "Er is niets opgenomen. Probeer het nog eens.",
        "record_long": "Dit is lang genoeg voor één opname. Verstuur hem eerst.",
        "photo": "Foto",
        "point": "Een plek in de driehoek",
        "sending": "Wordt verstuurd…",
        "not_sent": "Niet verstuurd.",
        "try_again": "Probeer opnieuw",
        "no_connection": "Er is geen verbinding. We proberen het steeds opnieuw.",
        "gone": "Dit gesprek is hier niet meer open. Ververs de pagina.",
        "nothing": "Er is nog niets ingevuld.",
        "text_long": "Je tekst is te lang: {length} tekens. Hoogstens {limit} mag. Maak hem korter.",
        "voice_large": "De opname is te groot. Hij mag hoogstens 16 MB zijn. Spreek het in stukken in.",
        "voice_empty": "De opname is leeg. Spreek het nog eens in, of typ het.",
    },
    "en": {
        "title": "Vertelpunt",
        "to_answer": "To the answer",
        "begin_title": "Tell what you experienced",
        "begin_say": "You chat with a computer. It asks you some questions.",
        "begin_tell": "Type your story or record it.",
        "begin_read": "You read the text yourself first.",
        "begin_stop": "You can always stop.",
        "begin": "Begin",
        "go_on": "Go on with your conversation",
        "go_on_note": "A conversation is still open on this device.",
        "begin_new": "Begin a new conversation",
        "new_note": "With a new conversation you cannot go back to the old one.",
        "other_language": "Nederlands",
        "new": "New conversation",
        "close": "Close",
        "close_title": "Close the conversation?",
        "close_say": "Do others use this device too? Then close the conversation.",
        "close_kept": "What you have shared is kept.",
        "close_gone": "After that you cannot go on with this conversation.",
        "close_yes": "Yes, close it",
        "close_no": "No, go back",
        "closed_title": "The conversation is closed",
        "closed_say": "Nothing of it can be seen on this device.",
        "unknown_title": "This conversation does not exist",
        "unknown_say": "Maybe the link is not quite right.",
        "unknown_go": "To the usual conversation",
        "refused_title": "That did not work",
        "refused_say": "Go back and try it again.",
        "refused_go": "To the conversation",
        "progress": "Step {at} of {of}",
        "log": "Conversation",
        "bot": "Vertelpunt",
        "you": "You",
        "wait": "One moment. The conversation is about to begin.",
        "refresh": "See if there is something new",
        "your_answer": "Your answer",
        "type_story": "Type your story",
        "type_more": "Type more here",
        "type_change": "Change the text",
        "type_text": "Type your answer",
        "type_other": "Or type your answer",
        "type_free": "Type a message",
        "send": "Send",
        "keys": "Enter sends. Shift and Enter gives a new line.",
        "ready": "Done",
        "choose_exactly": "Choose {min}.",
        "choose_or": "Choose {min} or {max}.",
        "choose_to": "Choose {min} to {max}.",
        "choose_least": "Choose at least {min}.",
        "choose_most": "Choose at most {max}.",
        "voice": "Recording",
        "voice_file": "Or choose a recording on your device",
        "voice_send": "Send the recording",
        "record": "Record it",
        "recording": "Recording",
        "record_level": "How loud it sounds",
        "record_stop": "Stop recording",
        "record_cancel": "Throw away",
        "record_check": "Listen to it. Then send the recording.",
        "record_listen": "Your recording",
        "record_again": "Record again",
        "record_denied": "The microphone is off. Allow it in your browser, or type your story.",
        "record_failed": "Recording does not work here. Choose a recording, or type your story.",
        "record_empty": "Nothing was recorded. Please try again.",
        "record_long": "This is long enough for one recording. Send it first.",
        "photo": "Photo",
        "point": "A place in the triangle",
        "sending": "Sending…",
        "not_sent": "Not sent.",
        "try_again": "Try again",
        "no_connection": "There is no connection. We keep trying.",
        "gone": "This conversation is no longer open here. Reload the page.",
        "nothing": "Nothing is filled in yet.",
        "text_long": "Your text is too long: {length} characters. At most {limit} is fine. Make it shorter.",
        "voice_large": "The recording is too large. It can be at most 16 MB. Record it in pieces.",
        "voice_empty": "The recording is empty. Record it once more, or type it.",
    },
}


def word(language: str, key: str, **values: object) -> str:
    """One text of the pages, its `{placeholders}` filled in."""
    return words(language)[key].format(**values)


def words(language: str) -> Mapping[str, str]:
    """All texts of the pages in a language, or in the fallback language."""
    return _TEXTS.get(language, _TEXTS[LANGUAGES[0]])


def choose_language(accepted: str, fallback: str = LANGUAGES[0]) -> str:
    """The language of the pages that an Accept-Language header asks for first."""
    asked: list[tuple[float, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        asked.append((-weight + place / 1000, name.strip().lower().split("-")[0]))
    return next((name for _, name in sorted(asked) if name in LANGUAGES), fallback)
