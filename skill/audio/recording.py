"""Sound files in and out, and microphones that hear them instead of a room."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from skill.audio.frames import FRAME_SAMPLES, SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.levels import FULL_SCALE, to_int16
from skill.errors import AudioError, StorageError

FORMATS: Final = {".wav": "WAV", ".flac": "FLAC"}
# What sound hardware delivers; outside it the header is damaged and resampling would explode.
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 4_000, 768_000
BLOCK_SAMPLES: Final = 65_536  # keeps an hour-long stereo file out of memory
# A program that writes to a pipe cannot know the length and fills in one of these (or more).
UNKNOWN_LENGTH: Final = 0x7FFF0000


def read_recording(path: Path) -> Samples:
    """Return a WAV or FLAC file of any rate and channel count as (n,) int16 mono 16 kHz.

    Raises AudioError with one sentence when it is missing, unreadable, no recording, cut off
    or holds no sound.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise AudioError(f"{path} is not a file.", "Name a WAV or FLAC recording.")
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise AudioError(f"{path} is empty (0 bytes).", "Record it again.")
            if _wav_is_cut_off(file):
                raise AudioError(f"{path} is cut off.", "Copy or record it again.")
            with soundfile.SoundFile(file) as sound:
                samples = _as_heard(sound, path)
    except FileNotFoundError:
        raise AudioError(f"There is no file {path}.", "Check its name.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise AudioError(f"{path} cannot be read: {reason}.") from None
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"{path} is not a readable recording ({error.error_string.rstrip('.')}).",
            "Use a WAV or FLAC file.",
        ) from None
    if not len(samples):
        raise AudioError(f"{path} holds no sound.", "Record it again.")
    return samples


def write_recording(path: Path, samples: Samples) -> None:
    """Write (n,) int16 mono 16 kHz as WAV or FLAC, by the name's suffix, whole or not at all.

    Raises AudioError for another suffix, StorageError when it cannot be written.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise AudioError(
            f"{path} cannot be written as '{path.suffix}'.", "End its name in .wav or .flac."
        )
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, SAMPLE_RATE_HZ, subtype="PCM_16", format=kind)
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise StorageError(f"{path} is not a file.", "Choose another name.")
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            part.write_bytes(encoded.getbuffer())
            part.replace(target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", "Choose another folder, or free space."
        ) from None


class FileMicrophone:
    """Hears one recording from its beginning to its end; a `Microphone`.

    `recording` is a path or (n,) int16 mono 16 kHz. `lead_s` and `tail_s` seconds of digital
    silence surround it; zeros fill the last frame. Raises AudioError for an unreadable file.
    """

    def __init__(
        self, recording: Path | Samples, *, lead_s: float = 0.0, tail_s: float = 0.0
    ) -> None:
        samples = read_recording(recording) if isinstance(recording, Path) else recording
        lead, tail = round(lead_s * SAMPLE_RATE_HZ), round(tail_s * SAMPLE_RATE_HZ)
        rest = -(lead + len(samples) + tail) % FRAME_SAMPLES
        self._sound = np.pad(samples.astype(np.int16, copy=False), (lead, tail + rest))
        self._heard = 0

    def frames(self) -> Iterator[Frame]:
        """Yield the frames not heard yet; `time` 0 is the beginning of the lead."""
        while self._heard < len(self._sound):
            begin = self._heard
            self._heard += FRAME_SAMPLES
            yield Frame(self._sound[begin : self._heard], begin / SAMPLE_RATE_HZ)

    def close(self) -> None:
        """Hear nothing more."""
        self._sound = self._sound[:0]


class ScriptedMicrophone:
    """An endless quiet room in which speech is scheduled while time goes by; a `Microphone`.

    The room's faint noise has `noise_dbfs` RMS (digital silence when None) and is the same for
    the same `seed`.
    """

    def __init__(self, noise_dbfs: float | None = -65, seed: int = 0) -> None:
        self._noise_rms = 0.0 if noise_dbfs is None else 10 ** (noise_dbfs / 20) * FULL_SCALE
        self._random = np.random.default_rng(seed)
        self._scheduled: list[tuple[int, Samples]] = []
        self._heard = 0
        self._voice_ends = 0
        self._closed = False

    def speak(self, samples: Samples, at: float) -> None:
        """Let (n,) int16 mono 16 kHz be heard from `at` seconds on; at once when that is past."""
        begin = max(round(at * SAMPLE_RATE_HZ), self._heard)
        self._scheduled.append((begin, samples))
        self._voice_ends = max(self._voice_ends, begin + len(samples))

    @property
    def voice_ends_at(self) -> float:
        """Time at which the last scheduled speech ends, seconds; 0 when there was none."""
        return self._voice_ends / SAMPLE_RATE_HZ

    def frames(self) -> Iterator[Frame]:
        """Yield frames until closed; what is scheduled between two frames is heard in time."""
        while not self._closed:
            begin = self._heard
            self._heard += FRAME_SAMPLES
            yield Frame(self._sound(begin), begin / SAMPLE_RATE_HZ)

    def close(self) -> None:
        """Hear nothing more."""
        self._closed = True

    def _sound(self, begin: int) -> Samples:
        if not self._noise_rms and not self._scheduled:
            return np.zeros(FRAME_SAMPLES, dtype=np.int16)
        mixed = self._random.normal(0, self._noise_rms, FRAME_SAMPLES)
        for start, samples in self._scheduled:
            offset = max(start - begin, 0)
            part = samples[max(begin - start, 0) :][: max(FRAME_SAMPLES - offset, 0)]
            mixed[offset : offset + len(part)] += part
        end = begin + FRAME_SAMPLES
        self._scheduled = [(start, s) for start, s in self._scheduled if start + len(s) > end]
        return to_int16(mixed)


def _as_heard(sound: soundfile.SoundFile, path: Path) -> Samples:
    if not LOWEST_RATE_HZ <= sound.samplerate <= HIGHEST_RATE_HZ:
        raise AudioError(
            f"{path} has a sample rate of {sound.samplerate} Hz.",
            f"Use one from {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz.",
        )
    resampler = soxr.ResampleStream(sound.samplerate, SAMPLE_RATE_HZ, 1, dtype="float32")
    parts: list[Samples] = []
    while True:
        block: NDArray[np.float32] = sound.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)
        last = len(block) < BLOCK_SAMPLES
        mono = np.nan_to_num(block.mean(axis=1), posinf=1.0, neginf=-1.0)
        if sound.samplerate != SAMPLE_RATE_HZ:
            mono = resampler.resample_chunk(mono, last=last)
        parts.append(to_int16(mono * np.float32(FULL_SCALE)))
        if last:
            return np.concatenate(parts)


def _wav_is_cut_off(file: BinaryIO) -> bool:
    """Whether a WAV promises more sound than it holds; libsndfile silently reads the rest."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    header = file.read(12)
    try:
        if header[:4] != b"RIFF" or header[8:] != b"WAVE":
            return False
        while len(chunk := file.read(8)) == 8:
            promised = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                missing = file.tell() + promised - size
                return promised < UNKNOWN_LENGTH and missing > 2 * FRAME_SAMPLES
            file.seek(promised + promised % 2, os.SEEK_CUR)
        return False
    finally:
        file.seek(0)
