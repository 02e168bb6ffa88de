"""Mistakes in the sentence files are told with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.errors import FileFaultsError
from skill.interpretation import Context
from skill.resources import dialogs_dir
from skill.understanding.interpreter import Interpreter
from skill.understanding.sentence_files import check_sentences
from skill.understanding.templates import Templates

SENTENCES = dialogs_dir("en") / "sentences"

SMALL = """\
language: en
intents:
  {intent}:
    data:
      - slots: {slots}
        sentences:
          - "my {{where:site}} is cramping [again]"
          - "{sentence}"
lists:
  where:
    values:
      - {{in: "(calf|calves)", out: {site}}}
expansion_rules:
  more: "{rule}"
"""


def folder_with(tmp_path: Path, **parts: str) -> Path:
    given = {
        "intent": "cramp",
        "slots": "{side: none, who: self}",
        "sentence": "<more> my {where:site}",
        "site": "calf",
        "rule": "(oh|no)",
    }
    folder = tmp_path / "sentences"
    folder.mkdir()
    (folder / "small.yaml").write_text(SMALL.format(**{**given, **parts}), encoding="utf-8")
    return folder


def test_our_own_sentences_have_no_mistakes() -> None:
    assert check_sentences(SENTENCES) == []


def test_our_own_sentences_do_not_contradict_each_other() -> None:
    assert [str(fault) for fault in Templates(SENTENCES).ambiguities()] == []


def test_a_small_folder_is_enough(tmp_path: Path) -> None:
    heard = Interpreter(folder_with(tmp_path)).interpret("Oh, my calves", Context.IDLE)
    assert dict(heard.slots) == {"site": "calf", "side": "none", "who": "self"}


@pytest.mark.parametrize(
    ("parts", "line", "words"),
    [
        ({"sentence": "my (calf is cramping"}, 8, "bracket"),
        ({"sentence": "my <nothing> is cramping {where:site}"}, 8, "no rule <nothing>"),
        ({"sentence": "my {nowhere:site} is cramping"}, 8, "no list {nowhere}"),
        ({"sentence": "my {where:site}like"}, 8, "put a space"),
        ({"sentence": "i have a cramp"}, 8, "needs the slot 'site'"),
        ({"sentence": "my {where:place} {where:site}"}, 8, "no slot 'place'"),
        ({"site": "elbow"}, 7, "'elbow' is not a value of the slot 'site'"),
        ({"slots": "{side: middle, who: self}"}, 5, "'middle' is not a value of the slot 'side'"),
        ({"intent": "crampp"}, 3, "unknown intent 'crampp'"),
        ({"rule": "oh <more>"}, 14, "leads back to itself"),
        ({"rule": "oh [no"}, 14, "bracket"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, parts: dict[str, str], line: int, words: str
) -> None:
    folder = folder_with(tmp_path, **parts)
    faults = check_sentences(folder)
    assert any(fault.line == line and words in fault.message for fault in faults), faults
    assert {fault.file for fault in faults} == {folder / "small.yaml"}
    with pytest.raises(FileFaultsError):
        Templates(folder)


def test_a_flag_keeps_its_line_and_level(tmp_path: Path) -> None:
    folder = tmp_path / "sentences"
    shutil.copytree(SENTENCES, folder)
    extra = (SENTENCES / "emergency.yaml").read_text(encoding="utf-8")
    wrong = extra.replace(
        "{flag: cold_foot, line: E-03, level: emergency}",
        "{flag: cold_foot, line: E-04, level: emergency}",
        1,
    )
    (folder / "emergency.yaml").write_text(wrong, encoding="utf-8")
    assert any("cold_foot" in fault.message for fault in check_sentences(folder))


def test_two_meanings_of_one_phrase_are_reported(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "other.yaml").write_text(
        "language: en\nintents:\n  breathe:\n    data: [{sentences: [my calf is cramping]}]\n",
        encoding="utf-8",
    )
    reported = Templates(folder).ambiguities()
    assert [fault.file.name for fault in reported] == ["other.yaml"]
    assert "breathe" in reported[0].message and "cramp" in reported[0].message


def test_a_missing_folder_and_broken_yaml_are_told(tmp_path: Path) -> None:
    assert "no sentence files" in check_sentences(tmp_path / "nowhere")[0].message
    folder = folder_with(tmp_path)
    (folder / "broken.yaml").write_text('language: "en\nintents: [', encoding="utf-8")
    assert check_sentences(folder)[0].file.name == "broken.yaml"
