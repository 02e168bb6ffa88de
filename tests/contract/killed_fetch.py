"""Fetches a model again and again, each time killed a little later; prints how often.

Forks, and lets the fork kill itself with SIGKILL just before its n-th act on the models folder
(its audit events: open, mkdir, rename, remove...), for n = 1, 2, 3... until one lives to the end.
Arguments: a folder to work in, the archive, and `nothing` or `damaged`, what is installed before.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from model_archives import FILES, NAME, left_in, store

work, zipped, before = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
data = zipped.read_bytes()


def whole(folder: Path) -> bool:
    return all((folder / NAME / path).read_bytes() == content for path, content in FILES.items())


def fetch(folder: Path) -> None:
    store(folder, "http://uncramp.invalid/m.zip", data).fetch(NAME, zipped)


def prepare(folder: Path) -> None:
    folder.mkdir()
    if before == "damaged":
        fetch(folder)
        (folder / NAME / "README").write_bytes(b"damaged")


def kill_before_act(number: int, folder: Path) -> None:
    acts = 0

    def count(_: str, arguments: tuple[object, ...]) -> None:
        nonlocal acts
        if any(str(folder) in str(argument) for argument in arguments):
            acts += 1
            if acts == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


number = 0
while True:
    number += 1
    folder = work / str(number)
    prepare(folder)
    child = os.fork()
    if child == 0:
        kill_before_act(number, folder)
        fetch(folder)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        break
    found = store(folder, "http://uncramp.invalid/m.zip", data).folder(NAME)
    assert found is None or before == "damaged" or whole(folder), f"half a model at act {number}"
    fetch(folder)
    assert whole(folder), f"not repaired after act {number}"
    assert left_in(folder) == {NAME}, f"{left_in(folder)} left after act {number}"
    shutil.rmtree(folder)
print(number)
