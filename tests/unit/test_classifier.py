"""The classifier beside the rules: what it adds, what it leaves alone, and how it fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from skill.app import App
from skill.config import Settings
from skill.errors import ModelError
from skill.hearing.pronunciation import EspeakPronunciation
from skill.interpretation import NONE_INTENT, Context
from skill.resources import data_dir, dialogs_dir
from skill.understanding.classifier import Classifier
from skill.understanding.intents import FLAGS, INTENTS
from skill.understanding.interpreter import Interpreter

MODEL = data_dir("models") / "understanding-en.npz"
TUNE = Path(__file__).parents[1] / "data" / "understanding" / "tune.tsv"


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.fixture(scope="module")
def rules() -> Interpreter:
    return Interpreter(dialogs_dir("en") / "sentences", "Luna", EspeakPronunciation())


def right(interpreter: Interpreter) -> tuple[Counter[str], Counter[str]]:
    """How many of each kind of utterance are understood, and how many there are."""
    understood: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for line in TUNE.read_text(encoding="utf-8").splitlines():
        context, intent, _slots, text = line.split("\t")
        kind = f"{context} {intent if intent in ('cramp', 'emergency', 'none') else 'other'}"
        said[kind] += 1
        understood[kind] += interpreter.interpret(text, Context(context)).intent == intent
    return understood, said


def test_people_are_understood_in_words_that_no_rule_has(
    interpreter: Interpreter, rules: Interpreter
) -> None:
    understood, said = right(interpreter)
    by_rules, _ = right(rules)
    for kind, least in (("idle cramp", 0.85), ("idle other", 0.8), ("coaching other", 0.75)):
        assert understood[kind] >= least * said[kind]
        assert understood[kind] > 1.3 * by_rules[kind]
    assert understood["idle emergency"] >= 0.9 * said["idle emergency"]
    assert understood["idle none"] >= 0.9 * said["idle none"]


@pytest.mark.parametrize(
    "text", ["my calf is cramping", "I've got cramp in my left foot", "I can't breathe"]
)
def test_what_a_template_knows_word_for_word_stays(
    interpreter: Interpreter, rules: Interpreter, text: str
) -> None:
    for context in Context:
        assert interpreter.interpret(text, context) == rules.interpret(text, context)


def test_a_complaint_without_a_known_verb_has_its_slots(interpreter: Interpreter) -> None:
    heard = interpreter.interpret(
        "my daughter says her left foot's all twisty and funny", Context.IDLE
    )
    assert heard.intent == "cramp"
    assert dict(heard.slots) == {"site": "foot", "side": "left", "who": "child"}
    assert heard.by == "classifier"


def test_it_knows_only_what_the_conversation_knows() -> None:
    classifier = Classifier(MODEL, EspeakPronunciation())
    for context in Context:
        odds = classifier.judge(context.value, classifier.looks(("my", "calf")))
        assert set(odds) <= INTENTS | {NONE_INTENT}
        assert sum(odds.values()) == pytest.approx(1, abs=1e-3)
    assert set(classifier.judge("flag", classifier.looks(("chest",)))) <= FLAGS


def test_words_it_never_saw_are_no_reason_to_speak(interpreter: Interpreter) -> None:
    for text in ("qwzx vrrmpf", "zzz", "блин", "12345 67"):
        assert interpreter.interpret(text, Context.IDLE).intent == NONE_INTENT


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_a_broken_model_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "understanding-en.npz"
    broken.write_bytes(content)
    with pytest.raises(ModelError, match=r"cannot be read.* Install Uncramp again"):
        Classifier(broken, EspeakPronunciation())


def test_a_model_of_another_version_is_one_sentence(tmp_path: Path) -> None:
    other = tmp_path / "understanding-en.npz"
    np.savez(other, format=99)
    with pytest.raises(ModelError, match="another version"):
        Classifier(other, EspeakPronunciation())
