"""Finds every event, action, state, dialog file and command by reflection, and exercises it."""

from __future__ import annotations

import dataclasses
import inspect
import types
from pathlib import Path

import click
import pytest
from bedside import Bedside
from click.testing import CliRunner

from skill import actions, events
from skill.cli import cli
from skill.dialog.conversation import Conversation
from skill.dialog.loader import load_script
from skill.dialog.script import Script
from skill.dialog.stage import State
from skill.interpretation import Interpretation
from skill.resources import dialogs_dir
from skill.yaml_file import YamlFile


def dataclasses_of(module: types.ModuleType) -> list[type]:
    return [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
    ]


EXAMPLES = {
    "Heard": events.Heard(Interpretation("nonsense")),
    "VoiceStarted": events.VoiceStarted(),
    "VoiceEnded": events.VoiceEnded(),
    "EveningCame": events.EveningCame(),
    "PromptFinished": events.PromptFinished("CHECK"),
    "TimePassed": events.TimePassed(),
}

INTO_STATE = {
    State.IDLE: lambda _bedside: None,
    State.CONFIRMING: lambda bedside: bedside.hears("cramp", confidence=0.5),
    State.COACHING: lambda bedside: bedside.hears("cramp", site="calf"),
    State.QUIETING: lambda bedside: (bedside.hears("cramp", site="calf"), bedside.wait(200)),
    State.AFTER_CARE: lambda bedside: (bedside.hears("cramp"), bedside.hears("better")),
    State.SESSION: lambda bedside: bedside.hears("breathe", addressed=True),
    State.STRETCHING: lambda bedside: bedside.hears("evening_exercises", addressed=True),
    State.ANSWERING: lambda bedside: bedside.hears("help", addressed=True),
    State.DANGER: lambda bedside: bedside.danger("E-01"),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("kind", dataclasses_of(events), ids=lambda kind: kind.__name__)
def test_every_event_is_taken_in_every_state(script: Script, state: State, kind: type) -> None:
    bedside = Bedside(Conversation(script))
    INTO_STATE[state](bedside)
    if state is State.SESSION:
        bedside.wait(5)
    assert bedside.state is state
    bedside.handle(EXAMPLES[kind.__name__])
    bedside.until_idle(within=1800)


def test_every_action_is_asked_for_in_some_night(script: Script) -> None:
    asked: set[type] = set()
    conversation = Conversation(script)
    handle = conversation.handle

    def noting(event: events.Event, now: float) -> tuple[actions.Action, ...]:
        done = handle(event, now)
        asked.update(type(action) for action in done)
        return done

    conversation.handle = noting  # type: ignore[method-assign]
    bedside = Bedside(conversation)
    bedside.hears("cramp", confidence=0.5, site="calf")
    bedside.hears("yes")
    bedside.wait(1)
    bedside.handle(events.VoiceStarted())
    bedside.hears("stop")
    assert asked == set(dataclasses_of(actions))


def test_every_line_can_be_spoken(script: Script) -> None:
    conversation = Conversation(script)
    for line_id, text in conversation.texts().items():
        assert text.strip(), line_id
        assert "{" not in text, line_id


def test_every_dialog_file_is_yaml_that_the_loader_reads() -> None:
    folder = dialogs_dir("en")
    files = sorted(folder.rglob("*.yaml"))
    assert {"lines.yaml", "triage.yaml", "calf.yaml", "night.yaml"} <= {f.name for f in files}
    for file in files:
        assert YamlFile(file).data, file
    protocols = load_script(folder).protocols
    assert len(protocols) == len(list((folder / "protocols").glob("*.yaml")))


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


@pytest.mark.parametrize("command", commands(cli), ids=" ".join)
def test_every_command_has_help_and_refuses_unknown_options(command: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*command, "--help"])
    assert shown.exit_code == 0
    assert shown.output.startswith("Usage:")
    assert CliRunner().invoke(cli, [*command, "--no-such-option"]).exit_code == 2


def test_the_contract_names_are_commands() -> None:
    names = {" ".join(command) for command in commands(cli)}
    assert {
        "rehearse",
        "understand",
        "hear",
        "say",
        "dialogs check",
        "dialogs list",
        "dialogs grammar",
    } <= names


def test_the_tests_look_into_every_folder_of_dialogs() -> None:
    languages = [path.name for path in Path(dialogs_dir("en")).parent.iterdir() if path.is_dir()]
    assert languages == ["en"]
