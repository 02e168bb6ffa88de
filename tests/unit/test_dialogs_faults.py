"""A mistake in the dialog files is told with its file, its line and plain words."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from skill.dialog.loader import check_folder, load_script
from skill.errors import Fault, FileFaultsError
from skill.resources import dialogs_dir

PLANTED = yaml.safe_load(Path(__file__).with_name("dialog_faults.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(dialogs_dir("en"), tmp_path / "en"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} has changed: it no longer has {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(file: Path, at: str) -> int:
    text = file.read_text(encoding="utf-8")
    return text.count("\n", 0, text.index(at)) + 1 if at else 1


def told(faults: list[Fault]) -> str:
    return "\n".join(str(fault) for fault in faults)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted["kind"])
def test_a_mistake_is_told_where_it_is_in_a_plain_sentence(
    folder: Path, planted: dict[str, str]
) -> None:
    edit(folder / planted["file"], planted["old"], planted["new"])
    faults = check_folder(folder)
    file = folder / planted.get("reported", planted["file"])
    line = line_of(file, planted["at"])
    here = [fault for fault in faults if (fault.file, fault.line) == (file, line)]
    assert [f for f in here if re.search(planted["message"], f.message)], told(faults)
    for fault in faults:
        assert len(fault.message) < 300
        assert not re.search(r"\n|Traceback|pydantic|validation|<class|None", fault.message)


def test_many_kinds_of_mistakes_are_known() -> None:
    assert len({planted["kind"] for planted in PLANTED}) == len(PLANTED) >= 50


def test_mistakes_in_several_files_are_all_told_at_once(folder: Path) -> None:
    edit(folder / "lines.yaml", "say: Okay.", "say: Okay 2.")  # a rule
    edit(folder / "routines.yaml", "  in_s: 4", "  in_s: four")  # the schema
    edit(folder / "triage.yaml", "then: [SIT-UP]", "then: [SIT-DOWN]")  # a dangling name
    edit(folder / "protocols/toes.yaml", "sites: [toes]", "sites: [toes, foot]")
    edit(folder / "protocols/hand.yaml", "title: Hand or fingers\n", "")
    (folder / "answers.yaml").write_text("answers: [", encoding="utf-8")
    with pytest.raises(FileFaultsError) as error:
        load_script(folder)
    files = [fault.file.name for fault in error.value.faults]
    assert set(files) == {
        "answers.yaml", "hand.yaml", "lines.yaml", "routines.yaml", "toes.yaml", "triage.yaml",
    }  # fmt: skip
    assert len(files) == 6
    assert str(error.value).count("\n") == 5
    assert f"{folder / 'protocols/hand.yaml'}:1: 'title' is missing" in str(error.value)


@pytest.mark.parametrize(
    "name", ["lines.yaml", "triage.yaml", "answers.yaml", "routines.yaml", "sources.yaml"]
)
def test_a_missing_file_is_told_and_nothing_else(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert told(check_folder(folder)) == f"{folder / name}:1: this file is missing"


def test_a_folder_without_protocols_is_told(folder: Path) -> None:
    shutil.rmtree(folder / "protocols")
    assert "there is no protocol here" in told(check_folder(folder))


def test_a_folder_that_is_not_there_names_every_file(tmp_path: Path) -> None:
    faults = told(check_folder(tmp_path / "nowhere"))
    for name in ("lines.yaml", "triage.yaml", "answers.yaml", "routines.yaml", "sources.yaml"):
        assert f"{name}:1: this file is missing" in faults


def test_a_line_that_the_program_needs_is_asked_for(folder: Path) -> None:
    faults = told(check_folder(folder, needed=frozenset({"CHECK", "GOOD-MORNING"})))
    assert "'GOOD-MORNING' is missing; the conversation needs it" in faults


@pytest.mark.parametrize(
    "content", ["", "[]", "just words", "lines: 3", "triage: {E-01: }", "\x00"]
)
@pytest.mark.parametrize("name", ["lines.yaml", "triage.yaml", "protocols/calf.yaml"])
def test_any_nonsense_is_told_without_a_crash(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    faults = check_folder(folder)
    assert any(fault.file == folder / name for fault in faults)
