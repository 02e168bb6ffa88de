"""Dangers in the words of frightened people, and talk that only sounds like danger.

The sets were written blind, in the words of many places; their first lines tell how many were
found at the first run. Whatever is marked "missed" is known to be missed, so far.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.app import App
from skill.config import Settings
from skill.dialog.loader import load_script
from skill.dialog_files import check_dialogs
from skill.interpretation import Context
from skill.resources import dialogs_dir
from skill.understanding.interpreter import Interpreter

DATA = Path(__file__).parents[1] / "data"
DANGERS = [DATA / "dangers_first.tsv", DATA / "dangers_second.tsv"]


def lines(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def rows() -> list[tuple[str, str, str]]:
    cut = [line.split("\t") for file in DANGERS for line in lines(file)]
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in cut]


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.mark.parametrize("context", list(Context))
@pytest.mark.parametrize(("expected", "phrase", "missed"), rows())
def test_a_danger_is_heard(
    interpreter: Interpreter, expected: str, phrase: str, missed: str, context: Context
) -> None:
    heard = interpreter.interpret(phrase, context)
    if context.value in missed:
        assert heard.intent != "emergency", "found now: take its 'missed' out of the file"
    elif context is Context.COACHING and heard.intent in ("duration", "not_better"):
        assert expected == "U-02"  # the clock of the first aid then tells when it is too long
    else:
        assert heard.intent == "emergency"
        assert heard.slots["line"] in expected.split("|")
        assert heard.confidence >= 0.35  # acted on, or asked about


SAID = [
    (line_id, phrase)
    for line_id, line in load_script(dialogs_dir("en")).triage.triage.items()
    for phrase in line.heard_as
    if line.level != "routine"
]


@pytest.mark.parametrize(("line", "phrase"), SAID)
def test_what_the_triage_says_is_heard_during_first_aid(
    interpreter: Interpreter, line: str, phrase: str
) -> None:
    heard = interpreter.interpret(phrase, Context.COACHING)
    if heard.intent == "duration":
        assert line == "U-02"
    elif phrase == "I can't get up":
        assert heard.intent == "in_bed"  # who is coached in bed has not fallen out of it
    else:
        assert heard.slots.get("line") == line


def test_few_of_them_are_missed() -> None:
    assert sum(bool(missed) for _, _, missed in rows()) <= 10


@pytest.mark.parametrize("context", list(Context))
@pytest.mark.parametrize("phrase", lines(DATA / "not_dangers.tsv"))
def test_talk_is_not_taken_for_a_danger(
    interpreter: Interpreter, phrase: str, context: Context
) -> None:
    said, _, only = phrase.partition("\t")
    if context.value in (only or context.value):
        assert interpreter.interpret(said, context).intent != "emergency"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("numb_legs_groin:", "numb_leg:", "'numb_leg' is not a danger"),
        ("fluid_loss:\n    line:", "fluid_loss:\n    lines:", "'line' is missing"),
        ("      - <venomous> +", "      - <venomos> +", "no list of words <venomos>"),
        ("foam* + mouth", "foam* + + mouth", "an expression is missing"),
    ],
)
def test_a_mistake_in_the_signs_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    folder = Path(shutil.copytree(dialogs_dir("en"), tmp_path / "en"))
    file = folder / "dangers.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    faults = [fault for fault in check_dialogs(folder) if told in fault.message]
    assert [fault.file for fault in faults] == [file]
    assert abs(faults[0].line - line) <= 1
