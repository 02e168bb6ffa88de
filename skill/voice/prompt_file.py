"""One rendered prompt on disk: a FLAC file that carries the SHA-256 of its own samples."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.whole_file import write_whole

SUFFIX: Final = ".flac"  # lossless, half of a WAV, and read in a millisecond


def read_prompt(path: Path) -> Samples | None:
    """Return the prompt, (n,) int16 mono 16 kHz; None when it is missing or not whole."""
    try:
        with soundfile.SoundFile(io.BytesIO(path.read_bytes())) as file:
            if (file.samplerate, file.channels) != (SAMPLE_RATE_HZ, 1):
                return None
            digest = file.comment
            samples: Samples = file.read(dtype="int16")
    except (OSError, soundfile.SoundFileError, ValueError):
        return None
    return samples if len(samples) and digest == _digest(samples) else None


def write_prompt(path: Path, samples: Samples) -> None:
    """Store the prompt whole or not at all, even when the power fails. Raises OSError."""
    encoded = io.BytesIO()
    with soundfile.SoundFile(
        encoded, "w", SAMPLE_RATE_HZ, channels=1, format="FLAC", subtype="PCM_16"
    ) as file:
        file.comment = _digest(samples)
        file.write(samples)
    write_whole(path, encoded.getvalue())


def _digest(samples: Samples) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples, "<i2").tobytes()).hexdigest()
