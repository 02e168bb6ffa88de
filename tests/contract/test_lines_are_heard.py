"""What the natural voice says, read back by a recogniser: a person half asleep must get it too."""

from __future__ import annotations

import random
import re
from pathlib import Path

import jiwer
import moonshine_voice
import numpy as np
import pytest

from skill.app import App
from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.config import Settings
from skill.dialog.numbers import spell_number
from skill.voice.loudness import normalised
from skill.voice.voices import choose_voice

RANDOM_LINES = 30
# Moonshine tiny writes 92 of 100 words of this voice right; the rest are its own slips as well
# ("to-night bring one, one, one"), which differ from one rendering to the next.
READ_BACK = 0.85


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(country="GB"))


@pytest.fixture(scope="module")
def transcriber() -> moonshine_voice.Transcriber:
    model = Path(moonshine_voice.__file__).parent / "assets" / "tiny-en"
    return moonshine_voice.Transcriber(
        str(model), moonshine_voice.ModelArch.TINY, options={"vad_threshold": "0.0"}
    )


def heard(transcriber: moonshine_voice.Transcriber, samples: Samples) -> str:
    around = np.zeros(SAMPLE_RATE_HZ * 3 // 10, np.float32)
    sound = np.concatenate([around, samples.astype(np.float32) / 32_768, around])
    lines = transcriber.transcribe_without_streaming(sound.tolist(), SAMPLE_RATE_HZ).lines
    return " ".join(line.text for line in lines)


def words(app: App, text: str) -> str:
    digits = app.script.shared.numbers
    plain = re.sub(r"\d+", lambda run: f" {spell_number(run[0], digits)} ", text.replace("-", ""))
    return " ".join(re.findall(r"[a-z']+", plain.lower()))


@pytest.mark.parametrize("which", ["thirty at random", "all with a phone number"])
def test_a_recogniser_reads_back_what_is_said(
    app: App, transcriber: moonshine_voice.Transcriber, which: str
) -> None:
    texts = list(app.conversation().texts().values())
    if which == "thirty at random":
        chosen = random.Random(4).sample(texts, RANDOM_LINES)
    else:
        numbers = app.script.shared.numbers
        spelt = {spell_number(number, numbers) for number in ("999", "111")}
        chosen = [text for text in texts if any(number in text for number in spelt)]
    voice = choose_voice("piper")
    read = [heard(transcriber, normalised(raw)) for raw in voice.render(chosen)]
    score = jiwer.process_words(
        [words(app, text) for text in chosen], [words(app, text) for text in read]
    )
    right = score.hits / (score.hits + score.substitutions + score.deletions)
    assert right >= READ_BACK, list(zip(chosen, read, strict=True))
