"""A fetch that is killed at any moment leaves no half model, and the next fetch repairs."""

from __future__ import annotations

import os
import pty
import resource
import subprocess
import sys
import termios
import time
from pathlib import Path

import hostile_server as web
import pytest
from model_archives import FILES, NAME, archive, left_in, store

from skill.errors import ModelError

DATA = archive()
HERE = Path(__file__).parent
FETCH = HERE / "fetch_in_child.py"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "given.zip").write_bytes(DATA)
    return tmp_path / "given.zip"


def wait_for_bytes(part: Path, size: int) -> None:
    while not part.is_file() or part.stat().st_size < size:
        time.sleep(0.01)


@pytest.mark.parametrize("before", ["nothing", "damaged"])
def test_a_kill_before_each_act_on_the_disk(tmp_path: Path, given: Path, before: str) -> None:
    (tmp_path / "work").mkdir()
    done = subprocess.run(
        [sys.executable, HERE / "killed_fetch.py", tmp_path / "work", given, before],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


@pytest.mark.parametrize("after", [0, 100_000, len(DATA) - 1])
def test_a_kill_while_bytes_arrive(
    tmp_path: Path, server: web.HostileServer, given: Path, after: int
) -> None:
    folder = tmp_path / "m"
    url = server.at("/m.zip", web.stalling(DATA, after))
    part = folder / f".{NAME}.zip.part"
    with subprocess.Popen([sys.executable, FETCH, folder, url, given]) as child:
        # What has arrived is written by the block, and the file's own buffer holds some back.
        wait_for_bytes(part, after // 65_536 * 32_768)
        child.kill()
    models = store(folder, url, DATA)
    assert models.folder(NAME) is None
    server.at("/m.zip", web.whole(DATA))
    models.fetch(NAME)
    assert left_in(folder) == {NAME}
    assert all((folder / NAME / path).read_bytes() == FILES[path] for path in FILES)


def test_two_fetches_of_one_model_do_not_meet(
    tmp_path: Path, server: web.HostileServer, given: Path
) -> None:
    folder = tmp_path / "m"
    url = server.at("/m.zip", web.stalling(DATA, 100_000), web.whole(DATA))
    models = store(folder, url, DATA)
    with subprocess.Popen([sys.executable, FETCH, folder, url, given]) as child:
        wait_for_bytes(folder / f".{NAME}.zip.part", 1)
        with pytest.raises(ModelError, match="another uncramp"):
            models.fetch(NAME)
        child.kill()
    models.fetch(NAME)
    assert left_in(folder) == {NAME}


@pytest.mark.parametrize("room", [100_000, len(DATA) // 2])
def test_no_room_is_one_sentence_and_is_made_good_later(
    tmp_path: Path, server: web.HostileServer, given: Path, room: int
) -> None:
    folder = tmp_path / "m"
    url = server.at("/m.zip", web.whole(DATA))
    done = subprocess.run(
        [sys.executable, FETCH, folder, url, given],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"no room for {NAME}" in done.stderr
    models = store(folder, url, DATA)
    assert models.folder(NAME) is None
    models.fetch(NAME)
    assert left_in(folder) == {NAME}


def test_a_terminal_shows_how_far_it_is_and_a_log_does_not(
    tmp_path: Path, server: web.HostileServer, given: Path
) -> None:
    url = server.at("/m.zip", web.whole(DATA))
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    done = subprocess.run([sys.executable, FETCH, tmp_path / "a", url, given], stderr=theirs,
                          check=True, capture_output=False)  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert NAME in shown
    assert "100%" in shown
    logged = subprocess.run(
        [sys.executable, FETCH, tmp_path / "b", url, given], capture_output=True, check=True
    )
    assert (logged.stdout, logged.stderr) == (b"", b"")
