"""Every id of sources.yaml is spoken, or says why not; the page of first aid is the latest."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.cli import cli
from skill.dialog.coverage import check_coverage, counts, coverage
from skill.dialog.folder import DialogFolder
from skill.dialog.page import page_of
from skill.errors import FileFaultsError
from skill.resources import dialogs_dir

PAGE = Path(__file__).parents[2] / "docs" / "first-aid.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(dialogs_dir("en"), tmp_path / "en"))


@pytest.fixture(scope="module")
def english() -> DialogFolder:
    return DialogFolder(dialogs_dir("en"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["dialogs", "coverage", *arguments])


def faults_of(result: Result) -> str:
    assert isinstance(result.exception, FileFaultsError), result.exception
    return str(result.exception)


def test_nothing_of_the_first_aid_is_forgotten(english: DialogFolder) -> None:
    assert check_coverage(english) == []


def test_every_item_of_the_articles_has_a_treatment_and_a_category(english: DialogFolder) -> None:
    items = [row for row in coverage(english) if row.id.startswith("S-")]
    assert len(items) == 170
    assert all(row.source.treatment and row.source.category for row in items)
    by_treatment = counts(items)["treatment"]
    assert {name: sum(fates.values()) for name, fates in by_treatment.items()} == {
        "adopt": 69, "adapt": 80, "decline": 21,
    }  # fmt: skip


def test_every_danger_line_rests_on_its_own_id(english: DialogFolder) -> None:
    for row in coverage(english):
        if row.id[0] in "EUR":
            assert row.id in row.lines


def test_every_medical_source_says_where_it_was_found(english: DialogFolder) -> None:
    for row in coverage(english):
        if row.id.startswith("B-"):
            assert row.source.source.strip() and row.source.fact.strip(), row.id


def test_the_command_lists_lines_reasons_and_counts() -> None:
    result = run()
    assert result.exit_code == 0
    assert "S-31   decline  A.hopping.1" in result.output
    assert "S-34   adapt    not spoken: feet together is unsteady" in result.output
    assert "  decline                21: 21 spoken" in result.output


def test_the_command_prints_json_that_a_program_can_read() -> None:
    *rows, last = [json.loads(line) for line in run("--json").output.splitlines()]
    assert {row["id"]: row["fate"] for row in rows}["E-01"] == "spoken"
    assert last["counts"]["treatment"]["decline"] == {"spoken": 21}


def test_a_forgotten_id_is_told_with_its_line_and_fails(folder: Path) -> None:
    sources = folder / "sources.yaml"
    edit(folder / "answers.yaml", "sources: [S-136]", "sources: [S-137]")
    line = sources.read_text(encoding="utf-8").split("\n").index("  S-136:") + 1
    result = run(str(folder))
    assert result.exit_code == 1
    assert f"{sources}:{line}: 'S-136' is forgotten" in faults_of(result)
    assert "S-136  adapt    FORGOTTEN" in result.output


def test_an_id_that_is_spoken_cannot_claim_that_it_is_not(folder: Path) -> None:
    edit(folder / "sources.yaml", "  S-01:\n", "  S-01:\n    not_spoken: too plain\n")
    result = run(str(folder))
    assert result.exit_code == 1
    assert "'S-01' is 'not_spoken', and yet CALM rests on it" in faults_of(result)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sources: [S-136]", "sources: [S-999]", "the source 'S-999' is not in sources.yaml"),
        ("\n        sources: [S-136]", "", "'A.fish_liver.1' names no sources"),
    ],
)
def test_a_line_without_or_with_unknown_sources_fails(
    folder: Path, old: str, new: str, told: str
) -> None:
    edit(folder / "answers.yaml", old, new)
    result = run(str(folder))
    assert result.exit_code == 1
    assert told in faults_of(result)


def test_the_page_in_the_repository_is_the_latest(english: DialogFolder) -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(english), (
        "run: uncramp dialogs coverage --page docs/first-aid.md"
    )


def test_the_page_says_first_that_it_replaces_no_care(english: DialogFolder) -> None:
    page = page_of(english)
    beginning = page[: page.index("## P1")]
    assert "not a substitute for care" in beginning
    assert "No clinician has reviewed" in beginning
    assert beginning.count("\n- ") >= 7


def test_the_page_holds_every_line_and_every_source(english: DialogFolder) -> None:
    page = page_of(english)
    for spoken in english.spoken():
        assert f"| {spoken.id} | {spoken.line.say.replace('*', chr(92) + '*')}" in page
    for row in coverage(english):
        assert f'<a id="{row.id.lower()}">' in page
    assert page.index("## P1 ") < page.index("## P2 ") < page.index("## P7 ")


def test_the_page_is_written_by_one_command(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "first-aid.md"
    edit(folder / "lines.yaml", "say: Okay.", "say: All right then.")
    assert run(str(folder), "--page", str(page)).exit_code == 0
    assert "| OKAY | All right then. |" in page.read_text(encoding="utf-8")
