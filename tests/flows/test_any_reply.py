"""What holds for every typed reply, whatever is typed to whatever options: random labels and replies."""

from hypothesis import assume, given
from hypothesis import strategies as st

from flows.outbound import Option
from flows.reading.option_names import fold_lightly
from flows.reading.replies import Unsure, read_option, read_options
from flows.reading.words import LANGUAGES, split_words, word_set

_LABELS = st.text(min_size=1, max_size=12)
_NAMES = st.text(st.sampled_from("abcdeé DEI'ıİ: -1?و"), min_size=1, max_size=12)
_MANY = st.lists(_LABELS | _NAMES, max_size=6)
_LANGUAGES = st.sampled_from([*LANGUAGES, "nl-NL", "xx", ""])
_REPLIES = st.text(max_size=40) | st.lists(
    st.sampled_from(
        [
            "1",
            "2",
            "3",
            "een",
            "twee",
            "niet",
            "en",
            "of",
            ",",
            "de",
            "laatste",
            "a",
            "و",
            "ve",
            "…",
            "٣",
            "-",
        ]
    )
).map(" ".join)


@given(_MANY, _REPLIES | _NAMES, _LANGUAGES)
def test_any_reply_to_any_options_is_read(labels: list[str], text: str, language: str) -> None:
    """Nothing a person types breaks the reading, and only options that were shown are named, each once."""
    shown = tuple(Option(f"o{number}", label) for number, label in enumerate(labels))
    codes = {option.code for option in shown}

    several = read_options(text, shown, language)
    one = read_option(text, shown, language)

    named = several.codes if isinstance(several, Unsure) else several or ()
    assert set(named) <= codes
    assert len(set(named)) == len(named)
    assert not isinstance(several, Unsure) or several.codes
    assert one == (several[0] if isinstance(several, tuple) and len(several) == 1 else one)
    assert isinstance(one, Unsure) or one in {*codes, None}
    assert (one is None) == (several is None)


@given(st.lists(_LABELS | _NAMES, min_size=1, max_size=6), _LANGUAGES, st.data())
def test_a_label_or_code_reads_as_itself(labels: list[str], language: str, data: st.DataObject) -> None:
    """Whatever else is shown, a whole label or code names its own option, unless another has it too."""
    shown = tuple(Option(f"code-{number}", label) for number, label in enumerate(labels))
    option = data.draw(st.sampled_from(shown))
    name = data.draw(st.sampled_from([option.label, option.code]))
    assume(name.strip())
    assume(sum(fold_lightly(name) in (fold_lightly(each.label), each.code) for each in shown) == 1)

    assert read_option(name, shown, language) == option.code


@given(st.integers(1, 20), _LANGUAGES, st.data())
def test_a_number_names_the_option_at_its_place(many: int, language: str, data: st.DataObject) -> None:
    """Numbers count from one, and every one of them works."""
    shown = tuple(Option(f"o{number}", f"Antwoord {number}") for number in range(1, many + 1))
    numbers = data.draw(st.lists(st.integers(1, many), min_size=1, unique=True))

    assert read_options(", ".join(map(str, numbers)), shown, language) == tuple(
        f"o{each}" for each in numbers
    )


@given(st.text(st.sampled_from("abcdef "), max_size=20), st.sampled_from(LANGUAGES), st.data())
def test_a_negation_names_nothing(label: str, language: str, data: st.DataObject) -> None:
    """A number or label after "not" is never read as that option."""
    assume(label.strip())
    shown = (Option("o1", f"x {label}"), Option("o2", "yy zz"))
    negation = data.draw(st.sampled_from(sorted(word_set(language, "negations"))))
    meant = data.draw(st.sampled_from(["1", shown[0].label]))
    assume(not split_words(negation)[0].startswith("x"))

    assert read_options(f"{negation} {meant}", shown, language) is None
