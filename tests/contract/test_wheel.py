"""The wheel holds everything: installed alone, far from the checkout, it works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path, text_in: str = "") -> str:
    """Run a command as if from a shell that knows nothing of this checkout."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    done = subprocess.run(
        command, cwd=cwd, env=environment, input=text_in, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", dist, PROJECT, cwd=dist)
    (built,) = dist.glob("uncramp-*.whl")
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the commands of an environment where nothing but the wheel was installed."""
    home = tmp_path_factory.mktemp("an empty place") / "env"
    venv.create(home, with_pip=True)
    run(home / "bin" / "python", "-m", "pip", "install", wheel, cwd=home)
    return home / "bin"


def test_wheel_carries_every_file_of_the_dialogs_and_the_model_catalogue(wheel: Path) -> None:
    shipped = [path for path in (PROJECT / "dialogs").rglob("*") if path.is_file()]
    shipped += [PROJECT / "models" / name for name in ("catalog.yaml", "understanding-en.npz")]
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name.removeprefix("skill/_data/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith("skill/_data/")
        }
    expected = {path.relative_to(PROJECT).as_posix(): path.read_bytes() for path in shipped}
    assert sorted(packed) == sorted(expected)
    assert packed == expected


def test_wheel_leaves_tests_and_recordings_of_the_tests_at_home(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"skill"}


def test_installed_program_shows_its_help(bin_folder: Path, tmp_path: Path) -> None:
    text = run(bin_folder / "uncramp", "--help", cwd=tmp_path)
    assert "rehearse" in text
    assert "understand" in text


def test_installed_program_understands_a_complaint(bin_folder: Path, tmp_path: Path) -> None:
    out = run(bin_folder / "uncramp", "understand", cwd=tmp_path, text_in="my calf is cramping\n")
    (line,) = out.splitlines()
    understood = json.loads(line)
    assert understood["text"] == "my calf is cramping"
    assert understood["intent"] == "cramp"
    assert understood["slots"]["site"] == "calf"


def test_installed_program_finds_no_fault_in_its_own_dialogs(
    bin_folder: Path, tmp_path: Path
) -> None:
    out = run(bin_folder / "uncramp", "dialogs", "check", cwd=tmp_path)
    assert str(PROJECT) not in out
