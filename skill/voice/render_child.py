"""A program that renders one text a line into WAV files, run beside this process.

Both engines are kept out of the daemon: espeak-ng can be initialised only once per process
and may hang, Piper is GPL and takes 200 MB. A child that hangs is killed, and started once more.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import numpy as np
import soundfile
import soxr

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.voice.loudness import trimmed

START_TIMEOUT_S: Final = 60.0  # a Raspberry Pi reading a 60 MB model from a cold SD card
TEXT_TIMEOUT_S: Final = 10.0
CHARACTER_TIMEOUT_S: Final = 0.5  # seven times slower than speech itself
FASTEST_CHARACTERS_PER_S: Final = 40.0  # 400 words a minute; faster is speech cut short
_SHARED_MEMORY: Final = Path("/dev/shm")


class RenderFailedError(Exception):
    """The child died, hung, or wrote no sound; the message is its last line."""


@dataclass(frozen=True, slots=True)
class RenderProgram:
    """How to start a rendering program in a scratch folder, ask it, and read its answer.

    `answer` matches the line that says a text is done; its group `wav` is the file's path.
    """

    command: Callable[[Path], Sequence[str]]
    question: Callable[[str, Path], str]
    answer: re.Pattern[str]
    start_timeout_s: float = START_TIMEOUT_S
    character_timeout_s: float = CHARACTER_TIMEOUT_S


def speech(wav: bytes) -> Samples:
    """Return the sound of a WAV file as (n,) int16 mono 16 kHz without silence around it.

    Raises RenderFailedError when it holds no sound.
    """
    try:
        sound, rate_hz = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise RenderFailedError(str(error)) from None
    mono = soxr.resample(sound.mean(axis=1), rate_hz, SAMPLE_RATE_HZ)
    samples: Samples = np.clip(np.rint(mono * 32_767), -32_768, 32_767).astype(np.int16)
    if not samples.any():
        raise RenderFailedError("it wrote a file without sound")
    return trimmed(samples)


class RenderChild:
    """One run of a rendering program over a batch; `close` ends it. A context manager."""

    def __init__(self, program: RenderProgram) -> None:
        self._program = program
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._folder = tempfile.TemporaryDirectory(
            prefix="uncramp-", dir=_scratch_folder(), ignore_cleanup_errors=True
        )
        self.broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def render(self, line: str) -> Samples:
        """Return the speech of one line of text, (n,) int16 mono 16 kHz.

        Raises RenderFailedError when two runs of the program failed on it; from then on
        `broken` is true and the program is not asked again.
        """
        if self.broken:
            raise RenderFailedError("it failed before")
        try:
            return self._ask(line)
        except RenderFailedError:
            self._end()
        try:
            return self._ask(line)
        except RenderFailedError:
            self._end()
            self.broken = True
            raise

    def close(self) -> None:
        """End the program and remove its files; safe to call twice."""
        self._end()
        self._folder.cleanup()

    def _ask(self, line: str) -> Samples:
        timeout_s = TEXT_TIMEOUT_S + self._program.character_timeout_s * len(line)
        if self._process is None:
            timeout_s += self._program.start_timeout_s
        process = self._started()
        assert process.stdin is not None
        folder = Path(self._folder.name)
        try:
            process.stdin.write(self._program.question(line, folder) + "\n")
            process.stdin.flush()
            wav = self._answer(timeout_s)
            rendered = wav.read_bytes()
            wav.unlink()
        except OSError as error:
            raise RenderFailedError(f"{error.strerror}") from None
        samples = speech(rendered)
        if len(samples) < len(line) / FASTEST_CHARACTERS_PER_S * SAMPLE_RATE_HZ:
            raise RenderFailedError("it cut the text short")
        return samples

    def _answer(self, timeout_s: float) -> Path:
        last = "it ended without a word"
        while True:
            try:
                line = self._lines.get(timeout=timeout_s)
            except queue.Empty:
                raise RenderFailedError(f"no sound within {timeout_s:.0f} s") from None
            if line is None:
                raise RenderFailedError(last)
            if match := self._program.answer.search(line):
                return Path(match["wav"])
            last = line.strip() or last

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._lines = queue.SimpleQueue()
            try:
                self._process = subprocess.Popen(
                    self._program.command(Path(self._folder.name)),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    cwd=self._folder.name,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as error:
                raise RenderFailedError(f"{error.strerror}") from None
            assert self._process.stdout is not None
            threading.Thread(
                target=_pump, args=(self._process.stdout, self._lines), daemon=True
            ).start()
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()


def _pump(source: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    with source:
        for line in source:
            lines.put(line)
    lines.put(None)


def _scratch_folder() -> Path | None:
    """Return a folder in memory where there is one: no wear of the SD card, no full disk."""
    return _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK | os.X_OK) else None
