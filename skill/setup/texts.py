"""The words of `uncramp setup`, from `dialogs/<language>/setup.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from pydantic import Field, model_validator

from skill.dialog.script import Fact
from skill.yaml_file import Strict, YamlFile

FILE_NAME = "setup.yaml"


class SetupTexts(Strict):
    """Everything that is shown and asked at the terminal."""

    disclaimer: tuple[str, ...] = Field(min_length=1)
    accept: str
    keep: str
    country: str
    emergency: str
    urgent: str
    check_numbers: str
    name: str
    another_name: str
    about_persons: str
    person: str
    more_persons: str
    groups_of: str
    no_such_group: str
    write: str
    written: str
    comments_lost: str
    not_written: str
    groups: dict[Fact, str]

    @model_validator(mode="after")
    def _all_groups(self) -> SetupTexts:
        missing = sorted(set(get_args(Fact)) - set(self.groups))
        if missing:
            raise ValueError(f"'groups' must also name {', '.join(missing)} in plain words")
        return self


def read_texts(file: Path) -> SetupTexts:
    """Return the words in `file`; raise FileFaultsError on mistakes."""
    return YamlFile(file).read(SetupTexts)
