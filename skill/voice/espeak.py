"""The voice that is always there: espeak-ng, through pyttsx3 in a child process."""

from __future__ import annotations

import ctypes.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.errors import VoiceError
from skill.voice.render_child import RenderChild, RenderFailedError, RenderProgram, speech
from skill.voice.spoken_text import spoken_text

# Of 18 espeak-ng variants, read back by Moonshine tiny over ten prompts, male7 is as well
# understood as the best and has the least energy above 2.5 kHz (2 %, the plain voice 6 %):
# low and soft. 130 words a minute: 21 % of words wrong, at 140 26 %; slower drags.
VARIANT: Final = "m7"
RATE_WPM: Final = 130
PROGRAM: Final = "espeak-ng"
PROGRAM_TIMEOUT_S: Final = 20.0
_RENDERER: Final = Path(__file__).with_name("espeak_render.py")
_SILENCE: Final = np.zeros(SAMPLE_RATE_HZ // 10, np.int16)


def espeak_installed() -> bool:
    """Tell whether espeak-ng is on this machine, as a library or as a program."""
    return bool(shutil.which(PROGRAM) or ctypes.util.find_library(PROGRAM))


class EspeakVoice:
    """espeak-ng in one language, `voice` an espeak-ng voice name, `rate_wpm` words a minute."""

    name = "espeak"

    def __init__(self, voice: str = f"en+{VARIANT}", rate_wpm: int = RATE_WPM) -> None:
        self._voice = voice
        self._rate_wpm = rate_wpm

    @property
    def settings(self) -> str:
        """Voice, rate and pyttsx3's version; not espeak-ng's, whose loss must not void a cache."""
        return f"espeak {self._voice} {self._rate_wpm} wpm pyttsx3 {version('pyttsx3')}"

    def render(self, texts: Iterable[str]) -> Iterator[Samples]:
        """Yield the speech of each text in order, (n,) int16 mono 16 kHz.

        Where pyttsx3 fails, the espeak-ng program renders. Raises VoiceError when both fail.
        """
        program = RenderProgram(
            command=lambda _: (
                sys.executable, "-P", str(_RENDERER), self._voice, str(self._rate_wpm)
            ),
            question=_question,
            answer=re.compile(r"^rendered: (?P<wav>.+\.wav)$"),
            start_timeout_s=10.0,
            character_timeout_s=0.05,
        )  # fmt: skip
        with RenderChild(program) as child:
            for text in texts:
                line = spoken_text(text)
                if not line:
                    yield _SILENCE
                    continue
                try:
                    samples = child.render(line)
                except RenderFailedError as failure:
                    samples = self._by_program(line, failure)
                yield samples

    def _by_program(self, line: str, failure: RenderFailedError) -> Samples:
        program = shutil.which(PROGRAM)
        if program is None:
            if espeak_installed():
                raise VoiceError(
                    f"The espeak-ng voice failed ({failure}).", "Run: sudo apt install espeak-ng"
                ) from None
            raise VoiceError(
                "The voice needs espeak-ng, which is not installed.",
                "Install it: sudo apt install espeak-ng",
            ) from None
        command = (program, "-v", self._voice, "-s", str(self._rate_wpm), "--stdin", "--stdout")
        try:
            done = subprocess.run(
                command, input=line.encode(), capture_output=True, timeout=PROGRAM_TIMEOUT_S,
                check=True,
            )  # fmt: skip
            return speech(done.stdout)
        except (OSError, subprocess.SubprocessError, RenderFailedError) as error:
            said = getattr(error, "stderr", b"") or b""
            reason = said.decode(errors="replace").strip() or str(error)
            raise VoiceError(
                f"espeak-ng cannot speak with the voice {self._voice} ({reason}).",
                "Install it again: sudo apt install --reinstall espeak-ng",
            ) from None


def _question(line: str, folder: Path) -> str:
    return json.dumps({"text": line, "wav": str(folder / "prompt.wav")})
