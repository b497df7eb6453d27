"""How questions are worded in a session: earlier answers in texts, right-to-left, the same for everyone."""

from flows.flow import Flow
from flows.inbound import Chose, Said
from flows.phrases import LANGUAGES
from flows.texts import isolate
from flows.yaml_reader import load_plain
from talks import FLOWS, start

FLOW = Flow.model_validate(
    load_plain(
        """
        format: 1
        flow: terug
        title: Terug
        audience: coach
        languages: [nl, ar]
        steps:
          - ask: mee
            kind: consent
            version: "1"
            text: Doe je mee?
            yes: {nl: Ja, ar: نعم}
            no: {nl: Nee, ar: لا}
          - ask: rol
            kind: choice
            text: {nl: Wat deed je?, ar: ماذا فعلت؟}
            options:
              - {code: luisteren, label: {nl: Luisteren, ar: الاستماع}}
              - {code: regelen, label: {nl: Regelen, ar: الترتيب}}
          - {ask: wie, kind: text, text: {nl: "Wie hielp bij {rol}?", ar: "من ساعد في {rol}؟"}}
          - {ask: hoe, kind: text, text: {nl: "Hoe hielp {wie}?", ar: "كيف ساعد {wie}؟"}}
        """
    )
)


def test_an_earlier_answer_stands_in_a_text_by_its_label() -> None:
    """A code is never read by anyone: its label in the language of the talk is."""
    talk = start(FLOW)
    talk.take(Chose(("yes",)))
    turn = talk.take(Said("2"))

    assert turn.says[-1].text == "Wie hielp bij Regelen?"
    assert not turn.says[-1].personal


def test_own_words_in_a_text_make_it_personal() -> None:
    """What a teller said themselves must not be put into a platform's stored templates."""
    talk = start(FLOW)
    for content in (Chose(("yes",)), Said("2"), Said("Mijn buurvrouw")):
        turn = talk.take(content)

    assert turn.says[-1].text == "Hoe hielp Mijn buurvrouw?"
    assert turn.says[-1].personal


def test_from_right_to_left_what_is_put_in_stands_apart() -> None:
    """A word of another direction within Arabic disturbs nothing around it, and the marks are not stored."""
    talk = start(FLOW, language="ar")
    for content in (Chose(("yes",)), Said("2"), Said("Mijn buurvrouw")):
        turn = talk.take(content)

    assert turn.says[-1].text == f"كيف ساعد {isolate('Mijn buurvrouw')}؟"
    assert "\u2068" not in str(talk.events)
    assert "\u2068" not in str(talk.turn.session)


def test_a_question_is_worded_once_a_language() -> None:
    """What a question looks like is kept for as many languages as its flow has, whoever comes along."""
    flow = FLOWS["inwoner.yaml"]
    for language in flow.languages:
        for seed in range(3):
            talk = start(flow, language=language)
            talk.take(Chose(("yes",)))
            for number in range(8):
                talk.take(talk.pick(number + seed))

    assert set(flow.languages) <= set(LANGUAGES)
    for question in flow.questions:
        assert len(question.kept_wordings) <= len(flow.languages)
