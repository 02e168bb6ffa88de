"""Whose turn it is: how long a silence is waited for, and which words silence us."""

from __future__ import annotations

import pytest

from skill.app import App
from skill.config import Settings
from skill.interpretation import Context
from skill.understanding.interpreter import Interpreter


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


def unfinished(interpreter: Interpreter, text: str, context: Context) -> bool:
    return interpreter.is_unfinished(interpreter.interpret(text, context), context)


@pytest.mark.parametrize("context", Context)
@pytest.mark.parametrize(
    "text",
    ["My.", "It's my", "I've got a", "the back of", "I've got a cramp in my", "it's my left",
     "My toes are", "Luna, can you", "it's in the", "I think it's", "I can't feel my"],
)  # fmt: skip
def test_who_stops_in_the_middle_of_a_phrase_goes_on(
    interpreter: Interpreter, text: str, context: Context
) -> None:
    assert unfinished(interpreter, text, context)


@pytest.mark.parametrize(
    "text",
    ["My calf.", "my left calf", "oh my foot", "Ow, my hamstring", "the back of my leg", "thigh",
     "it's my toes", "My cat.", "oh my carf", "and then"],
)  # fmt: skip
def test_a_bare_place_out_of_the_blue_is_a_beginning(interpreter: Interpreter, text: str) -> None:
    assert unfinished(interpreter, text, Context.IDLE)
    assert not unfinished(interpreter, text, Context.COACHING)


@pytest.mark.parametrize("context", Context)
@pytest.mark.parametrize(
    "text",
    ["", "my calf is cramping", "foot! ow, foot!", "my leg again", "stop", "no", "yes", "not yet",
     "it's easing", "same", "left", "the left one", "no more", "help me", "I can't breathe",
     "did you lock the back door"],
)  # fmt: skip
def test_what_is_whole_is_not_waited_for_longer(
    interpreter: Interpreter, text: str, context: Context
) -> None:
    assert not unfinished(interpreter, text, context)


@pytest.mark.parametrize("text", ["yes it is", "it is", "I have", "no it isn't", "and then"])
def test_a_whole_answer_may_end_like_half_a_sentence(interpreter: Interpreter, text: str) -> None:
    assert not unfinished(interpreter, text, Context.COACHING)


def test_words_that_ask_for_silence(interpreter: Interpreter) -> None:
    own = "Call the emergency number now."
    for text in ("stop", "oh please stop", "it won't stop", "I can't breathe", "help"):
        assert interpreter.interrupts(text, own)
    for text in ("", "the dog", "yes", "I'm calling"):
        assert not interpreter.interrupts(text, own)


def test_our_own_words_do_not_silence_us(interpreter: Interpreter) -> None:
    own = "If the bleeding won't stop, call for help."
    for text in ("bleeding", "the bleeding won't stop", "call for help"):
        assert not interpreter.interrupts(text, own)
    assert interpreter.interrupts("the bleeding my chest", own)
