"""Words of acute danger: what is found, and what everyday words that look like them are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.flow import Crisis
from flows.inbound import Chose, Said
from flows.reading.danger import names_danger
from flows.reading.words import LANGUAGES, load_words
from flows.values import replace
from talks import FLOWS, start

DANGER = [
    "Ik wil dood.",
    "ik wil gewoon echt dood",
    "soms wil ik niet meer leven",
    "hij zei dat hij niet meer wil leven",
    "ze wil er niet meer zijn",
    "Ik denk elke dag aan zelfmoord.",
    "haar zoon heeft een zelfmoordpoging gedaan",
    "Hij is suïcidaal en de wachtlijst is een jaar.",
    "ik denk aan suicide",
    "Was ik maar dood, dacht ik.",
    "iedereen is beter af zonder mij",
    "Hij dreigt een eind aan zijn leven te maken.",
    "ik maak er vanavond een eind aan",
    "ze wilde uit het leven stappen",
    "hij wil zich van kant maken",
    "ik ga voor de trein springen",
    "hij stond op de flat en wilde van het dak springen",
    "het leven heeft geen zin meer",
    "ik ben het leven zo zat",
    "Mijn dochter snijdt zichzelf.",
    "ik snij mezelf als het te veel wordt",
    "in haar armen had ze diep gesneden",
    "ik ben bang dat ik mezelf iets aandoe",
    "ze deed een overdosis",
    "mijn man slaat mij waar de kinderen bij zijn",
    "hij slaat me",
    "die vader slaat zijn kinderen",
    "Het meisje wordt thuis geslagen.",
    "ik word elke week door mijn broer geslagen",
    "haar moeder wordt al jaren mishandeld",
    "hij mishandelt zijn vrouw",
    "mijn ex heeft me met de dood bedreigd",
    "hij bedreigt haar met een mes",
    "hij dreigt mij en de kinderen te vermoorden",
    "hij wil me vermoorden zegt hij",
    "hij had een mes op mijn keel",
    "hij probeerde haar te wurgen",
    "hij kneep mijn keel dicht",
    "ik ben verkracht",
    "ze wordt misbruikt door haar oom",
    "hij zit 's nachts aan mijn dochtertje",
    "het kind zat in de kelder, het kind was opgesloten",
    "wij zijn thuis niet veilig",
    "ik durf vanavond niet naar huis",
    "Ik ben bang voor mijn man.",
    "ze is bang dat hij haar vanavond iets aandoet",
    "de familie praat over eerwraak",
    "ze schudt de baby als hij huilt",
]
HARMLESS = [
    "Ik lach me dood.",
    "We hebben ons doodgelachen.",
    "ik ben doodmoe van al die brieven",
    "ik schrok me dood",
    "Ik volgde een cursus zelfmoordpreventie.",
    "we kregen een training suïcidepreventie",
    "De stichting heet 113 Zelfmoordpreventie.",
    "een film over zelfmoord",
    "dat voorstel is politieke zelfmoord",
    "Mijn moeder vermoordt me als ze dit hoort.",
    "die stress is moordend",
    "Hij is vorig jaar overleden.",
    "Zij wil de dood van haar man verwerken.",
    "ik wil niet over de dood praten",
    "ik wil niet dood",
    "de planten zijn dood",
    "ik wil die dode takken weg",
    "ik wil weten of hij dood is",
    "ze wil thuis sterven, bij haar kinderen",
    "ik snij een taart voor mezelf",
    "ik deed voor mezelf iets aan de muur ophangen",
    "het einde aan de straat",
    "van 50 euro kun je niet leven",
    "daar kun je toch niet meer van leven",
    "hij slaat me op de schouder en lacht",
    "dat slaat nergens op",
    "hij sloeg zijn arm om me heen",
    "ze slaat haar boek open",
    "hij slaat mij over bij het rondje",
    "het slaat me om het hart",
    "er werd een paal in de grond geslagen",
    "we gaan niet Veilig Thuis bellen",
    "Veilig Thuis belde terug.",
    "ik voel me veilig thuis",
    "we maakten er een eind aan, aan dat overleg",
    "een einde aan de ruzie maken",
    "zijn leven kwam tot rust",
    "ik ben het wachten zat",
    "we springen van de hak op de tak",
    "de kinderen springen van het klimrek",
    "ik was te laat voor de trein",
    "ze snijdt de taart aan",
    "ik heb me in mijn vinger gesneden",
    "er is flink gesneden in de uren",
    "hij bedreigt niemand",
    "we worden bedreigd met uitzetting noch boetes",
    "ik ben bang voor honden",
    "bang voor de brief van de bank",
    "de baby was verkouden",
    "ik stap uit de auto",
    "hij stapt uit het overleg",
    "we waren opgesloten in de lift",
    "dat gesprek was dodelijk saai",
    "ik doe mezelf een taart cadeau",
    "hij misbruikt haar vertrouwen",
    "de keel dicht van de zenuwen",
]
ELSEWHERE = {
    "en": (
        ("I want to die.", "he beats his wife", "I am scared to go home", "she cuts herself"),
        ("a course on suicide prevention", "it beats me why", "he died laughing", "it hits me now"),
    ),
    "tr": (
        ("Ölmek istiyorum.", "kocam beni dövüyor", "intihar etmeyi düşünüyor", "EVE GİTMEYE KORKUYORUM"),
        ("gülmekten öldüm", "beni dövmüyor", "eve gidiyorum", "çok yoruldum"),
    ),
    "ar": (
        ("أريد أن أموت", "زوجي يضربني", "فكرت في الانتحار", "أخاف من زوجي"),
        ("مات جدي", "ضرب الكرة", "الوقاية من الانتحار", "أخاف من الكلاب"),
    ),
    "pl": (
        ("Chcę umrzeć.", "mąż mnie bije", "myśli samobójcze", "boję się wrócić do domu"),
        ("umarł mi dziadek", "strzelił samobójczego gola", "serce mi bije", "boję się psów"),
    ),
}


@pytest.mark.parametrize("text", [*DANGER, *(text for texts, _ in ELSEWHERE.values() for text in texts)])
def test_danger_is_found(text: str) -> None:
    """Words of suicide, harm, violence and children in danger, in any language."""
    assert names_danger(text)
    assert names_danger(f"Het was dinsdag. {text.upper()} En toen ging ik weg.")


@pytest.mark.parametrize("text", [*HARMLESS, *(text for _, texts in ELSEWHERE.values() for text in texts)])
def test_everyday_words_are_left_alone(text: str) -> None:
    """Sayings, prevention, the past, and words that mean something else."""
    assert not names_danger(text)


def test_there_are_enough_of_both() -> None:
    """Forty sentences and more, in Dutch, for what is found and for what is not."""
    assert min(len(set(DANGER)), len(set(HARMLESS))) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_found(language: str) -> None:
    """No phrase is written so that it can never be found, and none stands there twice."""
    groups: list[list[str]] = load_words(language)["danger"]["words"]
    phrases = [phrase for group in groups for phrase in group]

    assert [each for each in phrases if not names_danger(each.replace("*", "en").replace("~", "xx"))] == []
    assert [each for each in phrases if not names_danger(each.replace("*", "").replace(" ~", ""))] == []
    assert len(set(phrases)) == len(phrases)


def test_a_gap_is_short_and_has_no_negation() -> None:
    """Up to five words, and none that takes back what is said."""
    assert names_danger("word een twee drie vier vijf geslagen")
    assert not names_danger("word een twee drie vier vijf zes geslagen")
    assert not names_danger("word echt nooit geslagen")


def test_harmless_words_hide_nothing_else() -> None:
    """Beside a saying, danger is still found."""
    assert names_danger("Ik lachte me dood, maar nu wil ik dood.")
    assert names_danger("cursus zelfmoordpreventie gehad, toch denk ik aan zelfmoord")


def test_words_of_a_flow() -> None:
    """More phrases, which no list of harmless ones takes away."""
    assert names_danger("Er is een gaslek!", ("gaslek",))
    assert names_danger("het riekt sterk naar gas", ("ruik* ~ gas", "riek* ~ gas"))
    assert not names_danger("Er is een gaslek!", ("brand", "!!", ""))


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Nothing breaks the reading."""
    assert names_danger(f"{text} wurgt")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "words", ["wil ", "zelfmoord preventie ", "ik wil een eind aan ", "mezelf iets ", "a", "ik"]
)
def test_long_stories_are_read(words: str) -> None:
    """The longest story is read like any other."""
    assert not names_danger(words * (20_000 // len(words)))


def test_nothing_else_changes() -> None:
    """Beside the one message and its mark in the session, all is as it is in a flow that shows no numbers."""
    shows = FLOWS["kort.yaml"]
    silent = shows.model_copy(update={"crisis": Crisis(show=False)})
    talks = [start(flow) for flow in (shows, silent)]
    for talk in talks:
        talk.take(Chose(("yes",), "mee"))
        talk.take(Said("Ik wil dood."))
    first, second = (talk.turn for talk in talks)

    assert "112" in first.says[0].text
    assert first.says[1:] == second.says
    assert (first.events, first.work) == (second.events, second.work)
    assert first.session == replace(second.session, numbers_shown=True)


def test_what_comes_after_the_end_brings_no_numbers() -> None:
    """A conversation that is over tells nothing any more, and could not remember that they were shown."""
    talk = start(FLOWS["kort.yaml"])
    talk.take(Chose(("no",), "mee"))
    turn = talk.take(Said("Ik wil dood."))

    assert "112" not in turn.says[0].text
