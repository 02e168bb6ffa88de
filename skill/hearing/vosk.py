"""The Vosk engine: a free decode, and beside it a decode over the dialog's own phrases.

A phrase decode alone makes a phrase of every noise, so neither is trusted without the other;
both hear only the gated utterance.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from skill.audio.frames import FRAME_S, SAMPLE_RATE_HZ, Frame, Samples
from skill.errors import ModelError
from skill.hearing.checksums import faults, has_checksums
from skill.hearing.recognizer import Transcript
from skill.hearing.utterance_level import UtteranceLevel
from skill.hearing.vocabulary import Vocabulary, check_vocabulary

if TYPE_CHECKING:
    from vosk import KaldiRecognizer, Model

_LOG: Final = logging.getLogger(__name__)

# A recogniser keeps what it learnt of past utterances and its memory grows (vosk-api#209); a new
# free decode takes 0.1 s on a PC, so it is renewed only this often.
RECYCLE_AFTER_S: Final = 600.0
# Vosk decodes in steps of 0.2 s (vosk-api#336): asking for a partial text more often is waste.
PARTIAL_EVERY_S: Final = 0.2
# Out of a single frame of nothing, and now and then out of silence, Vosk makes a word.
SHORTEST_S: Final = 0.1
SILENT_PEAK: Final = 33  # of 32768, -60 dBFS: nothing a microphone hears of a voice
_SILENCE: Final = np.zeros(SAMPLE_RATE_HZ // 2, np.int16)
_QUIET: Final = -3  # Kaldi's log levels: assertions only...
_WARNINGS: Final = -1  # ...and errors and warnings


class VoskRecognizer:
    """Vosk over the model in the folder `model_path`; never goes online.

    `phrases` are what the dialog understands; without them, and for models whose graph is
    fixed, there is no phrase decode. `recycle_after` is in seconds of decoded sound. Raises
    ModelError when the model is missing or damaged. To be used from one thread.
    """

    name = "vosk"
    settled_s = PARTIAL_EVERY_S

    def __init__(
        self,
        model_path: Path,
        phrases: Iterable[str] = (),
        recycle_after: float = RECYCLE_AFTER_S,
    ) -> None:
        self._path = model_path
        self._recycle_after = recycle_after
        self._model: Model | None = _load(model_path)
        self._free: _Decode | None = None
        self._phrase: _Decode | None = None
        self._vocabulary = self._checked(phrases)
        self._level = UtteranceLevel()
        self._heard_s = 0.0
        self._peak = 0
        self._partial_due_s = PARTIAL_EVERY_S
        self.start()
        self.accept(Frame(_SILENCE, 0.0))  # some damage shows only when it decodes
        self.finish()

    @property
    def vocabulary(self) -> Vocabulary:
        """Which phrases the model can recognise, and which words it lacks."""
        return self._vocabulary

    def use_phrases(self, phrases: Iterable[str]) -> None:
        """Decode over other phrases from the next utterance on, in a recogniser of their own."""
        self._vocabulary = self._checked(phrases)
        self._phrase = None

    def start(self) -> None:
        """Forget what came before and begin an utterance."""
        model = self._model
        if model is None:
            raise ModelError("The speech recogniser was closed.", "Restart Uncramp.")
        self._level = UtteranceLevel()
        self._heard_s = 0.0
        self._peak = 0
        self._partial_due_s = PARTIAL_EVERY_S
        if self._free is None or self._free.decoded_s >= self._recycle_after:
            self._free = _Decode(model, self._path)
        if self._vocabulary.phrases and _has_open_graph(self._path):
            if self._phrase is None or self._phrase.decoded_s >= self._recycle_after:
                self._phrase = _Decode(model, self._path, self._vocabulary.grammar)
        else:
            self._phrase = None
        for decode in self._decodes():
            decode.start()

    def accept(self, frame: Frame) -> str | None:
        """Take the next frame; return the text of the free decode so far, five times a second."""
        self._feed(self._level.push(frame.samples))
        self._heard_s += len(frame.samples) / SAMPLE_RATE_HZ
        self._peak = max(self._peak, int(np.abs(frame.samples.astype(np.int32)).max(initial=0)))
        self._partial_due_s -= FRAME_S
        if self._free is None or self._partial_due_s > 0:
            return None
        self._partial_due_s += PARTIAL_EVERY_S
        return self._free.partial()

    def so_far(self) -> Transcript:
        """Return the free decode's text until now; the utterance goes on."""
        return Transcript(self._free.partial() if self._free else "")

    def finish(self, known: Transcript | None = None) -> Transcript:  # noqa: ARG002
        """End the utterance; return the free decode's text and the phrase decode's.

        What is `known` of it is a partial text: the final one is better, and there at once.
        """
        if self._free is None:
            return Transcript("")
        self._feed(self._level.flush())
        text = self._free.finish()
        phrase_text = self._phrase.finish() if self._phrase else ""
        if self._heard_s < SHORTEST_S or self._peak < SILENT_PEAK:
            return Transcript("")
        return Transcript(text, phrase_text)

    def alternatives(self) -> Iterator[str]:
        """Yield nothing: the phrase decode is this engine's second way of hearing."""
        return iter(())

    def close(self) -> None:
        """Free the model; safe to call twice."""
        self._free = self._phrase = self._model = None

    def _feed(self, sounds: Iterable[Samples]) -> None:
        for samples in sounds:
            for decode in self._decodes():
                decode.accept(samples.tobytes())

    def _decodes(self) -> list[_Decode]:
        return [decode for decode in (self._free, self._phrase) if decode is not None]

    def _checked(self, phrases: Iterable[str]) -> Vocabulary:
        assert self._model is not None
        vocabulary = check_vocabulary(self._model.vosk_model_find_word, phrases)
        if vocabulary.report:
            _LOG.warning(vocabulary.report)
        return vocabulary


class _Decode:
    """One recogniser, over all words or over a grammar, for many utterances one by one."""

    def __init__(self, model: Model, path: Path, grammar: Iterable[str] = ()) -> None:
        from vosk import KaldiRecognizer

        self._path = path
        phrases = list(grammar)
        arguments = [json.dumps(phrases, ensure_ascii=False)] if phrases else []
        try:
            self._kaldi: KaldiRecognizer = KaldiRecognizer(model, SAMPLE_RATE_HZ, *arguments)
        except Exception as error:  # vosk raises bare Exceptions
            raise _broken(path, error) from None
        self._texts: list[str] = []
        self._begun = False
        self.decoded_s = 0.0

    def start(self) -> None:
        if self._begun:  # given up: only a final result, not Reset(), makes it forget the sound
            self._kaldi.FinalResult()
        self._texts.clear()
        self._begun = False

    def accept(self, sound: bytes) -> None:
        self._begun = True
        self.decoded_s += len(sound) / 2 / SAMPLE_RATE_HZ
        try:
            ended = self._kaldi.AcceptWaveform(sound)
        except Exception as error:
            raise _broken(self._path, error) from None
        if ended:  # by Vosk's own endpointing: the text must be read now or it is lost
            self._texts.append(_text(self._kaldi.Result()))

    def partial(self) -> str:
        return self._joined(_text(self._kaldi.PartialResult(), "partial"))

    def finish(self) -> str:
        if not self._begun:
            return ""
        text = self._joined(_text(self._kaldi.FinalResult()))
        self._texts.clear()
        self._begun = False
        return text

    def _joined(self, last: str) -> str:
        return " ".join(text for text in (*self._texts, last) if text)


def _load(path: Path) -> Model:
    fetch = f"Fetch it with: uncramp models fetch {path.name}"
    if not path.is_dir():
        raise ModelError(f"There is no recognition model in {path}.", fetch)
    # Some damage makes Vosk end the whole program instead of failing.
    if has_checksums(path) and (damage := next(faults(path, None), None)):
        raise ModelError(f"The recognition model in {path} is damaged: {damage}.", fetch)
    try:
        import vosk
    except (ImportError, OSError) as error:
        raise ModelError(
            f"The speech recogniser Vosk cannot be used here: {error}.",
            "Choose the engine moonshine.",
        ) from None
    vosk.SetLogLevel(_QUIET)
    try:
        return vosk.Model(str(path))
    except Exception as error:
        raise _broken(path, error) from None
    finally:
        vosk.SetLogLevel(_WARNINGS)


def _broken(path: Path, error: Exception) -> ModelError:
    return ModelError(
        f"Vosk cannot use the recognition model in {path}: {error}.",
        f"Fetch it with: uncramp models fetch {path.name}",
    )


def _has_open_graph(path: Path) -> bool:
    """Tell whether the words of the model's graph can be replaced by a grammar."""
    return any((path / graph).is_file() for graph in ("graph/HCLr.fst", "HCLr.fst"))


def _text(result: str, key: str = "text") -> str:
    return str(json.loads(result).get(key, ""))  # between two texts a partial has no key at all
