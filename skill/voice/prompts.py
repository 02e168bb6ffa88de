"""The rendered-prompt cache: everything it may say at night, ready as sound."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

import platformdirs
from tqdm import tqdm

from skill.audio.frames import Samples
from skill.errors import StorageError, VoiceError
from skill.voice.espeak import EspeakVoice
from skill.voice.loudness import TARGET_LUFS, normalised
from skill.voice.prompt_file import SUFFIX, read_prompt, write_prompt
from skill.voice.synthesizer import Synthesizer
from skill.whole_file import PARTIAL_SUFFIX

FORMAT_VERSION: Final = 1
LOG_EVERY_S: Final = 10.0  # in a log a bar is lines, not motion
ABANDONED_S: Final = 3600.0  # a partial file this old belongs to nobody
MEMORY_PROMPTS: Final = 512  # about 60 MB; used only where the folder cannot be written
_ENTRY: Final = re.compile(rf"[0-9a-f]{{64}}{re.escape(SUFFIX)}")
_LOG: Final = logging.getLogger(__name__)


def default_folder() -> Path:
    """Return the user's cache folder for prompts."""
    return platformdirs.user_cache_path("uncramp") / "prompts"


class PromptCache:
    """Prompts as sound, kept in `folder`, spoken by `synthesizer`.

    Where that voice fails, `fallback` (espeak-ng) speaks; its prompts are kept beside.
    """

    def __init__(
        self, folder: Path, synthesizer: Synthesizer, fallback: Synthesizer | None = None
    ) -> None:
        self._folder = folder
        self._voice = synthesizer
        self._fallback = fallback or EspeakVoice()
        self._settings = {voice: voice.settings for voice in (self._voice, self._fallback)}
        self._failed = False
        self._unwritable: OSError | None = None
        self._memory: dict[Path, Samples] = {}

    def get(self, text: str) -> Samples:
        """Return the speech of `text`, (n,) int16 mono 16 kHz, rendering it only if it must.

        A folder that cannot be written is told once in the log. Raises VoiceError when no
        voice can speak.
        """
        samples = self._known(text)
        if samples is None:
            [samples] = self._rendered([text])
        return samples

    def render_all(self, texts: Iterable[str], progress: bool = False) -> None:
        """Render every text that is not there yet; with `progress`, a bar on standard error.

        Raises VoiceError when no voice can speak. Raises StorageError when prompts cannot be
        stored; they are then all the same rendered, and spoken from memory.
        """
        self._failed = False
        self._unwritable = None
        missing = self.missing(texts)
        if missing:
            rendered = self._rendered(missing)
            bar = tqdm(
                rendered, "Preparing the voice", len(missing), unit=" prompts",
                file=sys.stderr, disable=not progress,
                mininterval=0.1 if sys.stderr.isatty() else LOG_EVERY_S,
            )  # fmt: skip
            for _ in bar:
                pass
        if self._unwritable is not None:
            raise StorageError(
                f"The prompts cannot be kept in {self._folder} ({self._unwritable.strerror}).",
                "Make that folder writable for this user, or free some space.",
            ) from None

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that the voice has not rendered yet."""
        return [text for text in dict.fromkeys(texts) if self._recalled(self._voice, text) is None]

    def prune(self, texts: Collection[str]) -> int:
        """Remove every prompt that is not one of `texts` in a voice of today; return how many.

        Files that are not prompts are left alone.
        """
        wanted = {self._path(voice, text) for voice in self._settings for text in texts}
        removed = 0
        try:
            for path in list(self._folder.iterdir()):
                if self._is_garbage(path, wanted):
                    path.unlink(missing_ok=True)
                    removed += 1
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StorageError(
                f"Old prompts cannot be removed from {self._folder} ({error.strerror}).",
                "Make that folder writable for this user.",
            ) from None
        return removed

    def _is_garbage(self, path: Path, wanted: Collection[Path]) -> bool:
        if path.suffix == PARTIAL_SUFFIX:
            return time.time() - path.stat().st_mtime > ABANDONED_S
        return bool(_ENTRY.fullmatch(path.name)) and path not in wanted

    def _known(self, text: str) -> Samples | None:
        samples = self._recalled(self._voice, text)
        if samples is None and self._failed:
            return self._recalled(self._fallback, text)
        return samples

    def _recalled(self, voice: Synthesizer, text: str) -> Samples | None:
        path = self._path(voice, text)
        in_memory = self._memory.get(path)
        return read_prompt(path) if in_memory is None else in_memory

    def _rendered(self, texts: list[str]) -> Iterator[Samples]:
        """Yield the texts as spoken by the voice, and from where it fails by the fallback."""
        done = 0
        if not self._failed:
            try:
                for raw in self._voice.render(texts):
                    yield self._stored(self._voice, texts[done], raw)
                    done += 1
            except VoiceError as error:
                _LOG.warning("%s Speaking with %s instead.", error, self._fallback.name)
                self._failed = True
        left = texts[done:]
        known = {text: self._recalled(self._fallback, text) for text in left}
        new = self._fallback.render([text for text in left if known[text] is None])
        for text in left:
            samples = known[text]
            yield self._stored(self._fallback, text, next(new)) if samples is None else samples

    def _stored(self, voice: Synthesizer, text: str, raw: Samples) -> Samples:
        samples = normalised(raw)
        path = self._path(voice, text)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_prompt(path, samples)
            self._memory.pop(path, None)
        except OSError as error:
            if self._unwritable is None:
                _LOG.warning("Prompts cannot be kept in %s: %s.", self._folder, error.strerror)
                self._unwritable = error
            if len(self._memory) >= MEMORY_PROMPTS:
                self._memory.pop(next(iter(self._memory)))
            self._memory[path] = samples
        return samples

    def _path(self, voice: Synthesizer, text: str) -> Path:
        key = json.dumps([FORMAT_VERSION, self._settings[voice], TARGET_LUFS, text])
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + SUFFIX)
