"""What is asked for or proposed finds its own answer, and other talk finds none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.app import App
from skill.config import Settings
from skill.dialog.loader import load_script
from skill.dialog_files import check_dialogs
from skill.interpretation import NONE_INTENT, Context
from skill.resources import dialogs_dir
from skill.understanding.interpreter import Interpreter

ENGLISH = dialogs_dir("en")
DATA = Path(__file__).parents[1] / "data"


def lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.mark.parametrize("line", lines("answers.tsv"))
def test_what_is_asked_or_proposed_finds_its_answer(interpreter: Interpreter, line: str) -> None:
    answer, phrase = line.split("\t")
    for context in Context:
        heard = interpreter.interpret(phrase, context)
        assert heard.intent == "question"
        assert heard.slots.get("about", heard.slots["topic"]) == answer


@pytest.mark.parametrize("phrase", lines("not_questions.tsv"))
def test_other_talk_is_no_question(interpreter: Interpreter, phrase: str) -> None:
    assert interpreter.interpret(phrase, Context.IDLE).intent == NONE_INTENT


def test_every_declined_item_is_asked_for_in_five_ways() -> None:
    script = load_script(ENGLISH)
    asked = [line.split("\t")[0] for line in lines("answers.tsv")]
    declined = {name for name, source in script.sources.items() if source.treatment == "decline"}
    answering = {
        topic: declined & {source for line in answer.lines for source in line.sources}
        for topic, answer in script.answers.answers.items()
    }
    covered = {item for topic, items in answering.items() if asked.count(topic) >= 5
               for item in items}  # fmt: skip
    assert covered == declined


@pytest.mark.parametrize(
    ("phrase", "topic"),
    [
        ("should I stick a safety pin in it while swimming", "needle"),
        ("can I rub turpentine on it", "vinegar_or_turpentine"),
        ("can I take baclofen", "statins_or_medicines"),
        ("can I give my daughter magnesium", "children"),
        ("should I let myself go under if I cramp in the water", "swimming"),
        ("will it hurt tomorrow", "how_long"),
    ],
)
def test_the_topic_of_the_question_stays_the_known_one(
    interpreter: Interpreter, phrase: str, topic: str
) -> None:
    assert interpreter.interpret(phrase, Context.COACHING).slots["topic"] == topic


def test_a_subject_alone_is_a_question_only_while_being_helped(interpreter: Interpreter) -> None:
    assert interpreter.interpret("mustard", Context.COACHING).slots["topic"] == "mustard"
    assert interpreter.interpret("mustard", Context.IDLE).intent == NONE_INTENT


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("subjects.yaml", "\n  honey:\n", "\n  honee:\n", "'honee' has no answer"),
        ("subjects.yaml", "\n  honey:\n", "\n  honee:\n", "nothing leads to the answer 'honey'"),
        ("subjects.yaml", "topic: needle", "topic: needel", "'needel' is not a topic"),
        ("subjects.yaml", "<jab> <spot> with", "<jab> <spott> with", "no list of words <spott>"),
    ],
)
def test_a_mistake_is_told_with_its_file(
    tmp_path: Path, name: str, old: str, new: str, told: str
) -> None:
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "en"))
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [fault for fault in check_dialogs(folder) if told in fault.message]
    assert [fault.file.name for fault in faults[:1]] == [name]
