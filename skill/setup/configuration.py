"""Changes a configuration file: what was not asked for stays, and it is never half written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from skill.config import Settings, laid_over
from skill.errors import StorageError
from skill.whole_file import write_whole
from skill.yaml_file import YamlFile

HEADING = "# Uncramp's configuration. `uncramp setup` asks for the most of it again.\n"


class Configuration:
    """The configuration file at `path`, which may not be there yet.

    Raises FileFaultsError naming every mistake in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._data: dict[str, Any] = {}
        self.settings = Settings()
        if path.exists():
            file = YamlFile(path)
            self.settings = file.read(Settings)
            self._data = dict(file.data or {})

    @property
    def has_comments(self) -> bool:
        """Whether remarks of a person's own stand in it, which are lost when it is written."""
        if not self.path.exists():
            return False
        text = self.path.read_text(encoding="utf-8").removeprefix(HEADING)
        return any(line.lstrip().startswith("#") for line in text.splitlines())

    def change(self, changes: dict[str, Any]) -> None:
        """Lay `changes` over it and write it; an empty value is left out of the file.

        Raises UncrampError when they do not fit, StorageError when it cannot be written.
        """
        data = {
            key: value for key, value in (self._data | changes).items() if value not in ("", [])
        }
        self.settings = laid_over(Settings(), data)
        text = HEADING + yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        target = self.path.resolve()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, text.encode())
        except OSError as error:
            raise StorageError(
                f"{target} cannot be written: {error.strerror}.",
                "Name another file: uncramp --config FILE setup.",
            ) from None
        self._data = data
