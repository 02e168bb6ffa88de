"""What a recogniser wrote by sound is understood as what was said; with espeak-ng's phonemes."""

from __future__ import annotations

import pytest

from skill.app import App
from skill.config import Settings
from skill.interpretation import Context
from skill.understanding.interpreter import Interpreter


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.mark.parametrize("heard", ["Step.", "Stipe", "Starr", "stop"])
def test_stop_is_taken_however_it_was_written(interpreter: Interpreter, heard: str) -> None:
    assert interpreter.interpret(heard, Context.COACHING).intent == "stop"


@pytest.mark.parametrize("heard", ["You", "So", "The", "Oh", "Hello", "Window", "Tea", "Thank you"])
def test_other_single_words_stop_nothing(interpreter: Interpreter, heard: str) -> None:
    assert interpreter.interpret(heard, Context.COACHING).intent not in ("stop", "worse", "better")


@pytest.mark.parametrize("heard", ["Step.", "Stipe", "Starr"])
def test_nothing_is_stopped_while_nothing_goes_on(interpreter: Interpreter, heard: str) -> None:
    assert interpreter.interpret(heard, Context.IDLE).intent == "none"


@pytest.mark.parametrize(
    ("heard", "site"),
    [
        ("My carf is clamping.", "calf"),
        ("Ah, on my cath has gone rock solid.", "calf"),
        ("Both my cabs are notting up.", "calf"),
        ("The back of my thigh just looked up.", "thigh"),
        ("My left leg just ceased up in bed.", "leg"),
    ],
)
def test_a_misheard_complaint_is_a_complaint(
    interpreter: Interpreter, heard: str, site: str
) -> None:
    understood = interpreter.interpret(heard, Context.IDLE)
    assert understood.intent == "cramp"
    assert understood.slots["site"] in (site, "hamstring")


@pytest.mark.parametrize(
    "heard",
    [
        "The dog needs the vet about his leg.",
        "And the sun beams falling aslant in truth upon this.",
        "He had a cramp in the match yesterday.",
        "Did you lock the back door?",
    ],
)
def test_other_talk_does_not_become_a_complaint(interpreter: Interpreter, heard: str) -> None:
    assert interpreter.interpret(heard, Context.IDLE).intent == "none"


def heard_as(interpreter: Interpreter, *transcripts: str) -> tuple[str, float]:
    """The intent and its confidence, for a sound that is decoded as the first and then others."""
    first, *others = transcripts
    understood = interpreter.interpret_heard(first, Context.IDLE, alternatives=lambda: others)
    return understood.intent, understood.confidence


def test_what_is_heard_otherwise_each_time_may_be_a_complaint(interpreter: Interpreter) -> None:
    intent, confidence = heard_as(
        interpreter, "Money's caught in a rack.", "My cough is crumpling.", "Thank you."
    )
    assert intent == "cramp"
    assert confidence < Settings().act_confidence


def test_two_transcripts_that_agree_are_acted_on(interpreter: Interpreter) -> None:
    heard = ("Money's caught in a rack.", "My left calf is cramping.", "My calf is cramping up.")
    intent, confidence = heard_as(interpreter, *heard)
    assert intent == "cramp"
    assert confidence >= Settings().act_confidence


def test_clear_talk_of_other_things_is_not_asked_about(interpreter: Interpreter) -> None:
    said = "How fearful and dizzy it is to cast one's eyes so low"
    assert heard_as(interpreter, said, said, said)[0] == "none"


def test_what_is_surely_nothing_is_not_decoded_again(interpreter: Interpreter) -> None:
    def again() -> list[str]:
        raise AssertionError("decoded again")

    heard = interpreter.interpret_heard("the minister told reporters", Context.IDLE, "", again)
    assert heard.intent == "none"
