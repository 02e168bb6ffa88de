"""`uncramp setup` at a terminal, and from a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.cli import cli
from skill.config import load_settings
from skill.errors import FileFaultsError, StorageError, UncrampError

BRITAIN = ["y", "gb", "", "", "Stella", "Anna", "1 8", "Bob", "4, 10", "", "y"]


def setup(config: Path, *options: object, answers: list[str] | None = None) -> Result:
    said = None if answers is None else "\n".join(answers) + "\n"
    arguments = ["--config", str(config), "setup", *map(str, options)]
    return CliRunner().invoke(cli, arguments, input=said)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "own" / "config.yaml"


def test_the_interview_writes_what_was_answered(config: Path) -> None:
    run = setup(config, answers=BRITAIN)
    assert run.exit_code == 0, run.output
    settings = load_settings(config)
    assert (settings.name, settings.emergency, settings.urgent) == ("Stella", "999", "111")
    assert {person.name: person.groups for person in settings.persons} == {
        "Anna": ("pregnant", "water_tablets"),
        "Bob": ("diabetes", "blood_thinners"),
    }
    assert "emergency_number" not in config.read_text(encoding="utf-8")


def test_it_says_once_what_it_is_not(config: Path) -> None:
    told = setup(config, answers=BRITAIN).output
    assert told.count("no clinician has reviewed it") == 1
    assert "substitute for care" in told
    assert told.index("substitute for care") < told.index("country")


def test_health_is_readable_by_its_owner_alone(config: Path) -> None:
    setup(config, answers=BRITAIN)
    assert config.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


def test_enter_keeps_everything_as_it_was(config: Path) -> None:
    setup(config, answers=BRITAIN)
    before = config.read_text(encoding="utf-8")
    run = setup(config, answers=["y", *[""] * 9, "y"])
    assert run.exit_code == 0, run.output
    assert config.read_text(encoding="utf-8") == before


def test_a_minus_removes_a_person_and_their_groups(config: Path) -> None:
    setup(config, answers=BRITAIN)
    setup(config, answers=["y", "", "", "", "", "-", "", "-", "", "y"])
    assert [(p.name, p.groups) for p in load_settings(config).persons] == [("Bob", ())]


def test_other_settings_stay_and_lost_remarks_are_told(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("# ours\nvoice: espeak\ncountry: NO\n", encoding="utf-8")
    run = setup(config, answers=["y", "", "", "", "", "", "y"])
    assert "Remarks" in run.output
    settings = load_settings(config)
    assert (settings.voice, settings.country, settings.emergency) == ("espeak", "NO", "113")


def test_a_number_set_by_hand_is_kept_beside_the_country(config: Path) -> None:
    setup(config, answers=["y", "US", "", "555 0100", "", "", "y"])
    settings = load_settings(config)
    assert (settings.emergency, settings.urgent) == ("911", "555 0100")


def test_a_wrong_answer_is_asked_again(config: Path) -> None:
    run = setup(
        config, answers=["y", "Britain", "GB", "nine", "", "", "", "Anna", "99", "1", "", "y"]
    )
    assert run.exit_code == 0, run.output
    assert "no numbers are known for 'BRITAIN'" in run.output
    assert "must be a phone number" in run.output
    assert "numbers from the list" in run.output
    assert load_settings(config).persons[0].groups == ("pregnant",)


@pytest.mark.parametrize("answers", [["n"], ["y", "GB"], [*BRITAIN[:-1], "n"]])
def test_nothing_is_written_unless_it_was_finished(config: Path, answers: list[str]) -> None:
    setup(config, answers=answers)
    assert not config.exists()


def test_from_a_file_it_asks_nothing(config: Path, tmp_path: Path) -> None:
    given = tmp_path / "answers.yaml"
    given.write_text("country: DE\npersons: [{name: Eva, groups: [statins]}]\n", encoding="utf-8")
    run = setup(config, "--from", given)
    assert run.exit_code == 0, run.output
    assert "substitute for care" in run.output
    settings = load_settings(config)
    assert (settings.emergency, settings.persons[0].groups) == ("112", ("statins",))


def test_a_mistake_in_the_file_is_told_with_its_line_and_nothing_written(
    config: Path, tmp_path: Path
) -> None:
    given = tmp_path / "answers.yaml"
    given.write_text("name: Luna\npersons: [{name: Eva, groups: [lazy]}]\n", encoding="utf-8")
    run = setup(config, "--from", given)
    assert isinstance(run.exception, FileFaultsError)
    assert str(run.exception).startswith(f"{given}:2: ")
    assert not config.exists()


def test_a_broken_configuration_is_told_and_left_alone(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("colour: blue\n", encoding="utf-8")
    run = setup(config, answers=BRITAIN)
    assert isinstance(run.exception, UncrampError)
    assert config.read_text(encoding="utf-8") == "colour: blue\n"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = setup(tmp_path / "file" / "config.yaml", answers=BRITAIN)
    assert isinstance(run.exception, StorageError)
    assert "cannot be written" in str(run.exception)
