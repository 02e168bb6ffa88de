"""Where the data files that ship with Uncramp are: in the wheel, or beside a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_WHEEL_DATA = _PACKAGE / "_data"


def data_dir(name: str) -> Path:
    """Return the folder `name` (`dialogs` or `models`) that this installation reads."""
    installed = _WHEEL_DATA / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def dialogs_dir(language: str) -> Path:
    """Return the folder of everything Uncramp says and understands in `language` (`en`)."""
    return data_dir("dialogs") / language


def tests_dir() -> Path | None:
    """Return the tests folder of a checkout; None in an installed wheel."""
    beside = _PACKAGE.parent / "tests"
    return beside if not _WHEEL_DATA.is_dir() and (beside / "data").is_dir() else None
