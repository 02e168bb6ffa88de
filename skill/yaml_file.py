"""YAML files checked against pydantic models, with the line of every fault.

PyYAML composes the document with its line marks; pydantic validates the plain data and
names the path of each fault; this module joins the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from skill.errors import Fault, FileFaultsError

T = TypeVar("T")
Key = str | int
Lines = dict[tuple[Key, ...], int]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads four times as fast


class Strict(BaseModel):
    """A frozen part of a YAML file; unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class YamlFile:
    """A parsed YAML file that remembers the 1-based line of every key and item.

    Raises FileFaultsError when the file cannot be read or is not YAML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: Lines = {(): 1}
        self._faults: list[Fault] = []
        try:
            text = path.read_text(encoding="utf-8")
            node = yaml.compose(text, Loader=_LOADER)
        except FileNotFoundError:
            raise FileFaultsError([Fault(path, 1, "this file is missing")]) from None
        except (OSError, UnicodeDecodeError) as error:
            raise FileFaultsError([Fault(path, 1, f"cannot be read: {error}")]) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            problem = getattr(error, "problem", None) or "not readable"
            line = mark.line + 1 if mark else 1
            raise FileFaultsError([Fault(path, line, f"not valid YAML: {problem}")]) from None
        self.data: Any = None if node is None else self._plain(node, ())
        if self._faults:
            raise FileFaultsError(self._faults)

    def _plain(self, node: yaml.Node, path: tuple[Key, ...]) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                line = key_node.start_mark.line + 1
                if key in mapping:
                    self._faults.append(Fault(self.path, line, f"'{key}' is given twice"))
                self._lines[(*path, key)] = line
                mapping[key] = self._plain(value_node, (*path, key))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, index)) for index, item in enumerate(node.value)]
        loader = yaml.SafeLoader("")
        try:
            # "yes" and "no" are words people answer with here, not booleans.
            if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() not in ("true", "false"):
                return node.value
            return loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            return node.value
        finally:
            loader.dispose()

    def line(self, *path: Key) -> int:
        """Return the line of the nearest known part of `path`."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def fault(self, message: str, *path: Key) -> Fault:
        """Return a fault at the line of `path`."""
        return Fault(self.path, self.line(*path), message)

    def read(self, kind: type[T]) -> T:
        """Return the file's content as `kind`; raise FileFaultsError naming every mistake."""
        try:
            return TypeAdapter(kind).validate_python(self.data if self.data is not None else {})
        except ValidationError as error:
            raise FileFaultsError(
                [
                    self.fault(_plain_message(detail, known), *known)
                    for detail in error.errors(include_url=False)
                    for known in [self._known(detail["loc"])]
                ]
            ) from None

    def _known(self, loc: tuple[Key, ...]) -> tuple[Key, ...]:
        """Drop the parts of a pydantic location that are not in the file (union tags)."""
        known: tuple[Key, ...] = ()
        for part in loc:
            if (*known, part) in self._lines:
                known = (*known, part)
        return known


def _plain_message(detail: Any, known: tuple[Key, ...]) -> str:
    name = str(detail["loc"][-1]) if detail["loc"] else "the file"
    match detail["type"]:
        case "extra_forbidden":
            return f"unknown key '{name}'"
        case "missing":
            return f"'{name}' is missing"
        case "literal_error" | "enum":
            key = next((part for part in reversed(known) if isinstance(part, str)), name)
            choices = detail["ctx"]["expected"]
            return f"'{key}': '{detail['input']}' is not known here; there are {choices}"
        case "too_short":
            return f"'{name}' is empty; it needs at least one entry"
        case "value_error":
            return f"'{name}': {detail['ctx']['error']}"
        case _:
            return f"'{name}': {detail['msg'][0].lower()}{detail['msg'][1:]}, not {_short(detail)}"


def _short(detail: Any) -> str:
    given = repr(detail.get("input"))
    return given if len(given) <= 40 else given[:37] + "..."
