"""What people say of themselves while they are helped, and beside a complaint."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from skill.app import App
from skill.config import Settings
from skill.dialog.script import Fact
from skill.dialog_files import check_dialogs
from skill.interpretation import Context
from skill.resources import dialogs_dir
from skill.understanding.intents import FACTS
from skill.understanding.interpreter import Interpreter

DATA = Path(__file__).parents[1] / "data"


def lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return App(Settings()).interpreter


@pytest.mark.parametrize("line", lines("facts.tsv"))
def test_what_is_told_of_a_person_is_kept(interpreter: Interpreter, line: str) -> None:
    fact, who, phrase = line.split("\t")
    heard = interpreter.interpret(phrase, Context.COACHING)
    assert heard.intent == "about_me"
    assert (heard.slots["fact"], heard.slots["who"]) == (fact, who)


@pytest.mark.parametrize("line", lines("facts.tsv"))
def test_while_nothing_goes_on_it_is_no_business_of_ours(
    interpreter: Interpreter, line: str
) -> None:
    phrase = line.split("\t")[2]
    heard = interpreter.interpret(phrase, Context.IDLE)
    danger = {"I'm on dialysis": "U-12"}
    assert heard.intent == ("emergency" if phrase in danger else "none")
    assert heard.slots.get("line") == danger.get(phrase)


@pytest.mark.parametrize("phrase", lines("not_facts.tsv"))
def test_talk_of_something_else_tells_nothing(interpreter: Interpreter, phrase: str) -> None:
    heard = interpreter.interpret(phrase, Context.COACHING)
    assert heard.intent != "about_me", dict(heard.slots)
    assert "fact" not in heard.slots


@pytest.mark.parametrize(
    ("phrase", "site", "who", "fact"),
    [
        ("I'm pregnant and my calf is cramping", "calf", "self", "pregnant"),
        ("I'm pregnant my calf is cramping", "calf", "self", "pregnant"),
        ("ow, my foot's cramping, I'm diabetic", "foot", "self", "diabetes"),
        ("my thigh is in spasm and I've had a clot before", "thigh", "self", "clot_risk"),
        ("my husband's calf is cramping and he's on warfarin", "calf", "other", "blood_thinners"),
        ("my leg is cramping and I'm diabetic and on warfarin", "leg", "self",
         "blood_thinners diabetes"),
    ],
)  # fmt: skip
def test_a_complaint_keeps_what_is_told_beside_it(
    interpreter: Interpreter, phrase: str, site: str, who: str, fact: str
) -> None:
    heard = interpreter.interpret(phrase, Context.IDLE)
    assert heard.intent == "cramp"
    assert (heard.slots["site"], heard.slots["who"], heard.slots["fact"]) == (site, who, fact)


def test_what_one_says_of_oneself_is_not_put_on_whom_one_helps(interpreter: Interpreter) -> None:
    heard = interpreter.interpret(
        "I'm pregnant and my husband's calf is cramping", Context.COACHING
    )
    assert heard.slots["who"] == "other" and "fact" not in heard.slots


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("facts.yaml", "  pregnant:\n", "  pregnent:\n", "'pregnent' is not a fact"),
        ("facts.yaml", "<am> ... pregnant", "<am> ... <pregnant>", "no list of words <pregnant>"),
        ("setup.yaml", "  statins: takes", "  # takes", "must also name statins in plain words"),
    ],
)
def test_a_mistake_is_told_with_its_file(
    tmp_path: Path, name: str, old: str, new: str, told: str
) -> None:
    folder = Path(shutil.copytree(dialogs_dir("en"), tmp_path / "en"))
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = [fault for fault in check_dialogs(folder) if told in fault.message]
    assert [fault.file.name for fault in faults[:1]] == [name]


def test_the_understanding_and_the_dialog_know_the_same_facts() -> None:
    assert frozenset(get_args(Fact)) == FACTS
