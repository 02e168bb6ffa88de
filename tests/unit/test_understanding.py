"""Every intent and slot value, as people say it."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.app import App
from skill.config import Settings
from skill.interpretation import NONE_INTENT, Context
from skill.resources import dialogs_dir
from skill.understanding.intents import (
    COACHING_INTENTS,
    FLAGS,
    IDLE_INTENTS,
    PEOPLE,
    SIDES,
    SITES,
    TOPICS,
)
from skill.understanding.interpreter import Interpreter
from skill.understanding.templates import PHRASES_PER_TEMPLATE, Templates

SENTENCES = dialogs_dir("en") / "sentences"
DATA = Path(__file__).parents[1] / "data"

# Flag -> line, level: the closed list that triage.yaml answers.
LINES = {
    "E-01": "chest_pain cant_breathe coughing_blood",
    "E-02": "stroke",
    "E-03": "cold_foot",
    "E-04": "injury_pressure",
    "E-05": "numb_legs_groin",
    "E-06": "dark_urine",
    "E-07": "whole_body_spasm",
    "E-08": "seizure",
    "E-09": "low_sugar",
    "E-10": "heart_rhythm passed_out",
    "E-11": "poison",
    "E-12": "heatstroke",
    "E-13": "fall",
    "E-14": "pregnancy",
    "E-15": "child_limp",
    "E-16": "heavy_bleeding",
    "U-01": "dvt_leg",
    "U-02": "too_long",
    "U-03": "injury_pop",
    "U-04": "dirty_wound",
    "U-05": "lasting_weakness",
    "U-06": "fluid_loss",
    "U-07": "beyond_legs",
    "U-08": "statin_muscle_pain",
    "U-09": "fever_red_skin",
    "U-10": "pregnant_swollen_leg",
    "U-11": "hand_spasm_tingling",
    "U-12": "dialysis_cramps",
    "U-13": "child_unwell",
    "U-14": "quinine_bruising",
}
JUMBLE = ["my", "calf", "is", "cramping", "and", "luna", "oh", ",", ".", "left", "no", "stop"]
LINE_OF = {flag: line for line, flags in LINES.items() for flag in flags.split()}


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(SENTENCES)


def rows(context: Context) -> list[tuple[str, str, str]]:
    with (DATA / f"understanding_{context}.tsv").open(encoding="utf-8", newline="") as file:
        return [
            (row[0], row[1], row[2])
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not row[0].startswith("#")
        ]


CASES = [(context, *row) for context in Context for row in rows(context)]


@pytest.mark.parametrize(("context", "intent", "slot", "phrase"), CASES)
def test_people_are_understood(
    interpreter: Interpreter, context: Context, intent: str, slot: str, phrase: str
) -> None:
    heard = interpreter.interpret(phrase, context)
    assert heard.intent == intent, dict(heard.slots)
    assert heard.text == phrase
    if slot:
        name, value = slot.split("=")
        assert heard.slots[name] == value
    if intent == NONE_INTENT:
        assert heard.confidence == 0 and heard.by == NONE_INTENT and not heard.slots
    else:
        assert heard.confidence >= 0.65 and heard.by != NONE_INTENT
    if intent == "cramp":
        assert set(heard.slots) >= {"site", "side", "who"}
    if intent == "emergency":
        line = LINE_OF[heard.slots["flag"]]
        level = "emergency" if line.startswith("E") else "urgent"
        assert heard.slots["line"] == line and heard.slots["level"] == level


def test_the_phrases_cover_the_contract() -> None:
    said = Counter((context, intent) for context, intent, _, _ in CASES)
    assert all(said[Context.IDLE, intent] >= 3 for intent in IDLE_INTENTS)
    own = COACHING_INTENTS - IDLE_INTENTS
    assert all(said[Context.COACHING, intent] >= 3 for intent in own)
    values = Counter(slot for _, _, slot, _ in CASES)
    wanted = {
        "site": SITES,
        "side": SIDES - {"none"},
        "who": PEOPLE - {"self"},
        "flag": FLAGS,
        "topic": TOPICS,
        "kind": {"asleep", "restless"},
    }
    missing = [
        f"{name}={value}"
        for name, names in wanted.items()
        for value in names
        if values[f"{name}={value}"] < 3
    ]
    assert missing == []
    assert set(LINE_OF) == FLAGS


def test_a_complaint_has_all_its_slots(interpreter: Interpreter) -> None:
    heard = interpreter.interpret("my calf is cramping", Context.IDLE)
    assert dict(heard.slots) == {"site": "calf", "side": "none", "who": "self"}
    heard = interpreter.interpret("I've got a cramp", Context.IDLE)
    assert dict(heard.slots) == {"site": "unknown", "side": "none", "who": "self"}


def test_front_and_back_of_the_thigh_are_told_apart(interpreter: Interpreter) -> None:
    unsaid = interpreter.interpret("my right thigh is cramping", Context.IDLE)
    assert dict(unsaid.slots) == {
        "site": "thigh", "side": "right", "who": "self", "part": "unsaid",
    }  # fmt: skip
    front = interpreter.interpret("the front of my thigh is cramping", Context.IDLE)
    assert front.slots["site"] == "thigh" and "part" not in front.slots
    back = interpreter.interpret("the back of my thigh is cramping", Context.IDLE)
    assert back.slots["site"] == "hamstring" and "part" not in back.slots


@pytest.mark.parametrize(
    "text",
    [
        "MY CALF IS CRAMPING!!!",
        "my calf\u2019s cramping",
        "My calf is... cramping.",
        "um, my calf, uh, is cramping",
        "oh god oh god my calf is cramping please",
        "my calf is cramping my calf is cramping",
        "  my\tcalf\nis  cramping ",
    ],
)
def test_spelling_fillers_and_repetition_do_not_matter(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.interpret(text, Context.IDLE)
    assert heard.intent == "cramp" and heard.slots["site"] == "calf"
    assert heard.text == text


def test_a_filler_makes_it_a_little_less_certain(interpreter: Interpreter) -> None:
    assert interpreter.interpret("my calf is cramping", Context.IDLE).confidence == 1.0
    assert 0.9 <= interpreter.interpret("um my calf is cramping", Context.IDLE).confidence < 1.0


def test_the_name_is_stripped_and_changes_nothing_else(interpreter: Interpreter) -> None:
    for text in (
        "Luna, go to sleep",
        "hey Luna go to sleep",
        "luna go to sleep",
        "Hey, Luna. Go to sleep!",
    ):
        heard = interpreter.interpret(text, Context.IDLE)
        assert (heard.intent, heard.addressed, heard.text) == ("pause_listening", True, text)
    plain = interpreter.interpret("go to sleep", Context.IDLE)
    assert (plain.intent, plain.addressed) == ("pause_listening", False)


@pytest.mark.parametrize("text", ["Luna", "hey Luna!", "luna?"])
def test_the_name_alone_only_calls(interpreter: Interpreter, text: str) -> None:
    heard = interpreter.interpret(text, Context.IDLE)
    assert (heard.intent, heard.addressed, heard.confidence) == (NONE_INTENT, True, 0.0)


def test_another_name_can_be_chosen() -> None:
    renamed = Interpreter(SENTENCES, name="Mister Bean")
    assert renamed.interpret("mister bean, volume up", Context.IDLE).addressed
    assert not renamed.interpret("Luna, volume up", Context.IDLE).addressed


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("oh my calf is cramping and my chest hurts", "chest_pain"),
        ("my chest hurts and my calf is cramping", "chest_pain"),
        ("it's my leg, but I can't breathe", "cant_breathe"),
        ("Wait. I can't feel my foot. Oh no.", "cold_foot"),
    ],
)
def test_a_danger_is_found_among_other_words(
    interpreter: Interpreter, text: str, flag: str
) -> None:
    for context in Context:
        assert interpreter.interpret(text, context).slots.get("flag") == flag


def test_a_complaint_is_found_among_a_few_words(interpreter: Interpreter) -> None:
    heard = interpreter.interpret("oh no what is that, my calf is cramping", Context.IDLE)
    assert (heard.intent, heard.slots["site"]) == ("cramp", "calf")


def test_a_long_story_with_a_complaint_in_it_is_none(interpreter: Interpreter) -> None:
    story = (
        "and then the old captain shouted from the deck for everyone to hear, "
        "my leg is cramping, and the whole crew laughed at him until the morning"
    )
    assert interpreter.interpret(story, Context.IDLE).intent == NONE_INTENT


@pytest.mark.parametrize("text", ["it won't stop", "make it stop", "it's stopped", "don't stop"])
def test_only_stop_stops(interpreter: Interpreter, text: str) -> None:
    assert interpreter.interpret("stop", Context.COACHING).intent == "stop"
    assert interpreter.interpret(text, Context.COACHING).intent != "stop"


def test_the_last_thing_said_counts(interpreter: Interpreter) -> None:
    heard = interpreter.interpret("it was bad, no, hang on, it's easing", Context.COACHING)
    assert heard.intent == "better"
    assert interpreter.interpret("no, it's worse", Context.COACHING).intent == "worse"


def test_seizing_is_never_a_fit_unless_somebody_has_one(interpreter: Interpreter) -> None:
    assert interpreter.interpret("it's seizing", Context.COACHING).intent == "unsure"
    for context in Context:
        assert interpreter.interpret("my leg is seizing", context).intent == "cramp"
        fit = interpreter.interpret("she's having a seizure", context)
        assert fit.slots["line"] == "E-08"


def test_coaching_words_mean_nothing_while_idle(interpreter: Interpreter) -> None:
    for text in (
        "better",
        "next",
        "yes",
        "no",
        "still there",
        "ten minutes please",
        "the left one",
    ):
        assert interpreter.interpret(text, Context.IDLE).intent == NONE_INTENT


@settings(max_examples=300, deadline=None)
@given(text=st.text(), context=st.sampled_from(Context))
def test_no_text_is_too_strange(text: str, context: Context) -> None:
    heard = SHARED.interpret(text, context)
    assert heard.text == text
    assert 0 <= heard.confidence <= 1


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.sampled_from(JUMBLE)), context=st.sampled_from(Context))
def test_no_jumble_of_its_own_words_is_too_strange(words: list[str], context: Context) -> None:
    heard = SHARED.interpret(" ".join(words), context)
    assert 0 <= heard.confidence <= 1


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00\x07", "\ud800", "...", "?!", "a" * 10_000, "my calf is cramping " * 500],
)
def test_nothing_and_too_much_are_none(interpreter: Interpreter, text: str) -> None:
    for context in Context:
        heard = interpreter.interpret(text, context)
        assert (heard.text, heard.intent, heard.confidence) == (text, NONE_INTENT, 0.0)


def test_the_recognisers_phrases_are_understood(
    interpreter: Interpreter, templates: Templates
) -> None:
    phrases = templates.phrases()
    assert phrases == sorted(set(phrases))
    assert any("my left calf" in phrase for phrase in phrases)
    assert all(phrase == phrase.lower() and phrase.strip() == phrase for phrase in phrases)
    assert not any(character.isdigit() for phrase in phrases for character in phrase)
    assert len(phrases) <= PHRASES_PER_TEMPLATE * 2000
    for phrase in phrases[:: max(1, len(phrases) // 500)]:
        meanings = {interpreter.interpret(phrase, context).intent for context in Context}
        assert meanings != {NONE_INTENT}, phrase


def test_the_vocabulary_holds_every_word_of_the_phrases(templates: Templates) -> None:
    vocabulary = set(templates.vocabulary())
    assert {word for phrase in templates.phrases() for word in phrase.split()} <= vocabulary
    assert {"calf", "cramping", "magnesium", "hamstring"} <= vocabulary


SHARED = App(Settings()).interpreter
