"""One sentence to hear, or to keep."""

from __future__ import annotations

from pathlib import Path

from skill.audio.frames import Samples
from skill.audio.recording import write_recording
from skill.errors import VoiceError
from skill.voice.loudness import normalised
from skill.voice.spoken_text import spoken_text
from skill.voice.synthesizer import Synthesizer


def say(text: str, out: Path | None, voice: Synthesizer) -> Samples:
    """Return `text` as speech, (n,) int16 mono 16 kHz, and write it to the WAV file `out` if given.

    Raises VoiceError when there is nothing to say or the voice fails, AudioError or
    StorageError when the file cannot be written.
    """
    if not spoken_text(text):
        raise VoiceError("There is no word to say.", "Give some words as TEXT.")
    [raw] = voice.render([text])
    samples = normalised(raw)
    if out is not None:
        write_recording(out, samples)
    return samples
