"""`models/catalog.yaml`: the recognition models Uncramp knows, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from skill.errors import ModelError
from skill.resources import data_dir
from skill.yaml_file import Strict, YamlFile

ModelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""Also the name of a folder: no separators, not hidden."""


class CatalogEntry(Strict):
    """One model: a zip archive at `url` that holds a single folder of the model's name.

    `bytes` and `sha256` are the archive's, where they are known.
    """

    engine: Literal["vosk"]
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    url: str = Field(pattern=r"^https?://[^\s/]+/\S+$")
    bytes: int | None = Field(default=None, gt=0)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    licence: str = Field(min_length=1)


class _CatalogFile(Strict):
    models: dict[ModelName, CatalogEntry]


class Catalog:
    """The models by name, in the order of preference within each language."""

    def __init__(self, entries: Mapping[str, CatalogEntry]) -> None:
        self.entries = dict(entries)

    @classmethod
    def read(cls, path: Path | None = None) -> Catalog:
        """Read `path`, or the catalogue that ships with Uncramp.

        Raises FileFaultsError naming every mistake.
        """
        return cls(YamlFile(path or data_dir("models") / "catalog.yaml").read(_CatalogFile).models)

    def entry(self, name: str) -> CatalogEntry:
        """Return the entry called `name`. Raises ModelError when there is none."""
        if name not in self.entries:
            raise ModelError(
                f"There is no model '{name}'.", f"These are known: {', '.join(self.entries)}."
            )
        return self.entries[name]

    def smallest(self, language: str, engine: str = "vosk") -> str:
        """Return the name of the lightest model of `language`, the one to fetch by default.

        Raises ModelError when there is none.
        """
        fitting = {
            name: entry
            for name, entry in self.entries.items()
            if (entry.language, entry.engine) == (language, engine)
        }
        if not fitting:
            raise ModelError(
                f"There is no {engine} model for the language '{language}'.",
                "`uncramp models list` shows what there is.",
            )
        return min(fitting, key=lambda name: fitting[name].bytes or float("inf"))
