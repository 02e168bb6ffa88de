"""The Moonshine engine: the tiny English model that its wheel carries."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
from numpy.typing import NDArray

from skill.audio.frames import SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.levels import to_int16
from skill.errors import ModelError
from skill.hearing.recognizer import Transcript
from skill.native_output import muted_stderr

if TYPE_CHECKING:
    from moonshine_voice.transcriber import Transcriber

MODEL_NAME: Final = "tiny-en"
# Its own voice detector adds lines of its own to short clips: off, the gate has done that.
OPTIONS: Final = {"vad_threshold": "0.0", "return_audio_data": "false"}
# The front end that measured best on 540 short clips: 300 ms of zeros on both sides give 80 of
# 120 short answers exactly, none give 54; noise suppression makes it worse.
PEAK: Final = 0.5
PADDING_S: Final = 0.3
# Beyond 8 s, padding included, the model begins to repeat itself.
LONGEST_PIECE_S: Final = 8.0 - 2 * PADDING_S
QUIET_WINDOW_S: Final = 0.1
SHORTEST_S: Final = 0.1  # no word is shorter; the model makes "You" of it
SILENT_PEAK: Final = 33  # of 32768, -60 dBFS: nothing a microphone hears of a voice
# Hurried speech has 4 to 5 words a second; more than this were not said.
MOST_WORDS_PER_S: Final = 6.0
MOST_REPEATS: Final = 4
# Played slower and faster the tiny model slips otherwise: of 160 complaints and dangers in a
# bedroom at 10 dB 35 % were found in the first text, 49 % in one of three.
SPEEDS: Final = (0.88, 1.12)

CREDITS: Final = "©"  # of subtitles it learnt from; it writes them where nobody speaks

Floats = NDArray[np.float32]


class MoonshineRecognizer:
    """Moonshine tiny, decoding each utterance once, when it falls silent; no partials.

    Raises ModelError when the engine is not installed (there are wheels for 64-bit Linux only)
    or its model cannot be loaded. It never goes online.
    """

    name = "moonshine"
    # With 300 ms of zeros behind it, 100 ms of a tail measured as good as 500 ms.
    settled_s = 0.1

    def __init__(self) -> None:
        self._transcriber: Transcriber | None = _load()
        self._frames: list[Samples] = []
        self._finished: Samples = np.zeros(0, np.int16)

    def start(self) -> None:
        """Forget what came before and begin an utterance."""
        self._frames.clear()

    def accept(self, frame: Frame) -> str | None:
        """Take the next frame; there are never partials (they would cost 0.28 x real time)."""
        self._frames.append(frame.samples)
        return None

    def finish(self, known: Transcript | None = None) -> Transcript:
        """Decode the utterance, unless it is `known` but for silence at its end.

        Raises ModelError when the engine fails or was closed.
        """
        transcript = self.so_far() if known is None else known
        self._finished = np.concatenate([self._finished[:0], *self._frames])
        self._frames = []
        return transcript

    def so_far(self) -> Transcript:
        """Decode what came until now; the utterance goes on. Raises ModelError like `finish`."""
        if not self._frames:
            return Transcript("")
        samples = np.concatenate(self._frames)
        texts = (self._decode(piece) for piece in pieces(samples))
        return Transcript(" ".join(text for text in texts if text))

    def alternatives(self) -> Iterator[str]:
        """Decode the utterance just finished again, slower and faster, unless it was a long one.

        Raises ModelError like `finish`.
        """
        finished = self._finished
        if len(finished) > LONGEST_PIECE_S * min(SPEEDS) * SAMPLE_RATE_HZ:
            return
        for speed in SPEEDS:
            changed = soxr.resample(
                finished.astype(np.float32), SAMPLE_RATE_HZ * speed, SAMPLE_RATE_HZ
            )
            yield self._decode(to_int16(changed))

    def close(self) -> None:
        """Free the model; safe to call twice."""
        if self._transcriber is not None:
            self._transcriber.close()
            self._transcriber = None

    def _decode(self, samples: Samples) -> str:
        duration_s = len(samples) / SAMPLE_RATE_HZ
        peak = int(np.abs(samples.astype(np.int32)).max(initial=0))
        if duration_s < SHORTEST_S or peak < SILENT_PEAK:
            return ""
        if self._transcriber is None:
            raise ModelError("The speech recogniser was closed.", "Restart Uncramp.")
        padding = np.zeros(round(PADDING_S * SAMPLE_RATE_HZ), np.float32)
        level = samples.astype(np.float32) * (PEAK / peak)
        sound: Floats = np.concatenate([padding, level, padding])
        try:
            # Its interface unpacks a sequence of floats; a list is the quickest (8 s: 25 ms).
            heard = self._transcriber.transcribe_without_streaming(sound.tolist(), SAMPLE_RATE_HZ)
        except Exception as error:  # it raises more than its own errors
            raise ModelError(f"Moonshine failed to decode: {error}.", "Restart Uncramp.") from error
        text = " ".join(line.text.strip() for line in heard.lines)
        return plausible(text, duration_s)


def pieces(samples: Samples) -> list[Samples]:
    """Cut (n,) samples into pieces of at most LONGEST_PIECE_S, each cut at the quietest place.

    The cut lies in the second half of a piece, so that pieces do not become scraps.
    """
    longest = round(LONGEST_PIECE_S * SAMPLE_RATE_HZ)
    window = round(QUIET_WINDOW_S * SAMPLE_RATE_HZ)
    cut: list[Samples] = []
    while len(samples) > longest:
        first = longest // 2
        energy = np.square(samples[first:longest].astype(np.float64))
        sums = np.cumsum(np.concatenate([[0.0], energy]))
        quietest = int(np.argmin(sums[window:] - sums[:-window]))
        end = first + quietest + window // 2
        cut.append(samples[:end])
        samples = samples[end:]
    return [*cut, samples]


def plausible(text: str, duration_s: float) -> str:
    """Return `text`, or what of it a person can have said in `duration_s` seconds.

    A recogniser at a loss writes more words than fit the time: then nothing is believed. A word
    said more than MOST_REPEATS times in a row is kept once: it is a loop of the recogniser, or
    someone crying out "no, no, no, no, no", who must not be ignored either.
    """
    words = text.split()
    if CREDITS in text:
        return ""
    if len(words) > MOST_WORDS_PER_S * max(duration_s, 0.5):
        return ""
    runs = [list(run) for _, run in groupby(words, key=lambda word: word.strip(".,!?-").lower())]
    if all(len(run) <= MOST_REPEATS for run in runs):
        return text
    return " ".join(" ".join(run) if len(run) <= MOST_REPEATS else run[0] for run in runs)


def _load() -> Transcriber:
    try:
        from moonshine_voice import ModelArch, get_model_path
        from moonshine_voice.transcriber import Transcriber
    except (ImportError, OSError) as error:
        raise ModelError(
            f"The speech recogniser Moonshine cannot be used here: {error}.",
            "Choose the engine vosk, or install Uncramp on 64-bit Linux.",
        ) from error
    folder = get_model_path(MODEL_NAME)
    if not folder.is_dir():
        raise ModelError(
            f"The installed moonshine-voice lacks its model {MODEL_NAME}.",
            "Install moonshine-voice 0.0.73, which carries it.",
        )
    try:
        with muted_stderr():
            return Transcriber(folder, ModelArch.TINY, options=dict(OPTIONS))
    except Exception as error:
        raise ModelError(
            f"The Moonshine model in {folder} cannot be loaded: {error}.",
            "Install moonshine-voice again.",
        ) from error
