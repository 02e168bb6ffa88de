"""The listener with the real gate and the real recogniser."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.gate import Gate, GateSettings
from skill.audio.recording import FileMicrophone, read_recording
from skill.hearing.listener import HeardUtterance, Listener, Utterance, VoiceBegan, VoiceFaded
from skill.hearing.moonshine import MoonshineRecognizer
from skill.resources import dialogs_dir

NIGHT = dialogs_dir("en") / "night"


@pytest.fixture(scope="module")
def recognizer() -> Iterator[MoonshineRecognizer]:
    recognizer = MoonshineRecognizer()
    yield recognizer
    recognizer.close()


@pytest.fixture
def listener(recognizer: MoonshineRecognizer) -> Listener:
    return Listener(Gate(), recognizer)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.int16)


def hearing(listener: Listener, *sounds: Samples) -> list[HeardUtterance]:
    frames = FileMicrophone(np.concatenate(sounds)).frames()
    return [heard for frame in frames for heard in listener.push(frame)]


def test_tells_who_spoke_when_and_what(listener: Listener) -> None:
    complaint = read_recording(NIGHT / "my-calf-is-cramping.flac")
    began, utterance = hearing(listener, silence(2), complaint, silence(1))
    assert isinstance(began, VoiceBegan)
    assert isinstance(utterance, Utterance)
    assert utterance.text == "My calf is cramping."
    assert began.at == utterance.start == pytest.approx(2, abs=0.3)
    assert utterance.end == pytest.approx(2 + len(complaint) / SAMPLE_RATE_HZ, abs=0.3)
    assert utterance.decode_s > 0


def test_the_voice_is_known_before_its_words(listener: Listener) -> None:
    complaint = read_recording(NIGHT / "my-calf-is-cramping.flac")
    half = hearing(listener, silence(1), complaint[: len(complaint) // 2])
    assert [type(heard) for heard in half] == [VoiceBegan]


def test_each_utterance_has_its_own_words(listener: Listener) -> None:
    answers = [read_recording(NIGHT / name) for name in ("not-yet.flac", "thank-you.flac")]
    heard = hearing(listener, silence(1), answers[0], silence(1.5), answers[1], silence(1.5))
    assert [one.text for one in heard if isinstance(one, Utterance)] == ["Not yet.", "Thank you."]
    assert [type(one) for one in heard] == [VoiceBegan, Utterance] * 2


def test_a_recording_may_end_with_its_last_word(listener: Listener) -> None:
    answer = read_recording(NIGHT / "not-yet.flac")
    assert [type(one) for one in hearing(listener, silence(1), answer)] == [VoiceBegan]
    (utterance,) = listener.flush()
    assert isinstance(utterance, Utterance)
    assert utterance.text == "Not yet."
    assert listener.flush() == ()


def test_half_a_syllable_fades(listener: Listener) -> None:
    word = read_recording(NIGHT / "no-its-not.flac")
    loudest = int(np.argmax(np.abs(word)))
    heard = hearing(listener, silence(1), word[loudest : loudest + 1_000], silence(1))
    assert [type(one) for one in heard] == [VoiceFaded]


def test_a_silent_room_says_nothing(listener: Listener) -> None:
    assert hearing(listener, silence(5)) == []
    assert listener.flush() == ()


def test_a_moan_begins_and_comes_to_an_end(listener: Listener) -> None:
    time = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    moan = sum(np.sin(2 * np.pi * 140 * overtone * time) / overtone for overtone in range(1, 12))
    heard = hearing(listener, silence(1), (moan * 4_000).astype(np.int16), silence(1))
    assert isinstance(heard[0], VoiceBegan)
    assert isinstance(heard[-1], Utterance | VoiceFaded)


def heard_after_s(listener: Listener, speech: Samples) -> tuple[Utterance, float]:
    """Return the utterance, and how much silence the listener waited for, seconds."""
    for frame in FileMicrophone(np.concatenate([silence(1), speech, silence(3)])).frames():
        for heard in listener.push(frame):
            if isinstance(heard, Utterance):
                return heard, frame.end - heard.end
    raise AssertionError("nothing was heard")


def test_what_is_complete_is_not_waited_for(listener: Listener) -> None:
    complaint = read_recording(NIGHT / "my-calf-is-cramping.flac")
    patient, patiently = heard_after_s(listener, complaint)
    listener.wait_s = lambda text: 0.2 if "cramping" in text else 0.5
    early, at_once = heard_after_s(listener, complaint)
    assert early.text == patient.text == "My calf is cramping."
    assert at_once < patiently - 0.2
    assert early.end == pytest.approx(patient.end, abs=0.05)


def in_two(recording: str, pause_s: float) -> Samples:
    speech = read_recording(NIGHT / recording)
    middle = len(speech) // 2
    return np.concatenate([speech[:middle], silence(pause_s), speech[middle:]])


def test_what_is_not_complete_is_waited_for_and_joined(listener: Listener) -> None:
    asked: list[str] = []
    listener.wait_s = lambda text: asked.append(text) or 0.5
    utterance, _ = heard_after_s(listener, in_two("my-calf-is-cramping.flac", 0.3))
    assert len(asked) == 2
    assert "cramping" in utterance.text.lower()


def test_what_is_unfinished_is_waited_for_longest(recognizer: MoonshineRecognizer) -> None:
    listener = Listener(Gate(GateSettings(silence_s=1.2)), recognizer)
    listener.wait_s = lambda text: 0.5 if "cramping" in text.lower() else 1.2
    utterance, waited = heard_after_s(listener, in_two("my-calf-is-cramping.flac", 1.0))
    assert "cramping" in utterance.text.lower()
    assert waited == pytest.approx(0.5, abs=0.05)


def test_a_thought_that_never_ends_is_taken_as_it_is(recognizer: MoonshineRecognizer) -> None:
    listener = Listener(Gate(GateSettings(silence_s=1.2)), recognizer)
    listener.wait_s = lambda _text: 1.2
    calf = read_recording(NIGHT / "my-calf-is-cramping.flac")
    utterance, waited = heard_after_s(listener, calf[: len(calf) // 2])
    assert utterance.text
    assert waited == pytest.approx(1.2, abs=0.05)


def test_pauses_do_not_change_what_is_heard(recognizer: MoonshineRecognizer) -> None:
    """The words are the same whether they were decoded early or when all silence was over."""
    for recording in ("my-calf-is-cramping.flac", "not-yet.flac", "what-was-that.flac"):
        speech = read_recording(NIGHT / recording)
        early, _ = heard_after_s(Listener(Gate(), recognizer), speech)
        recognizer.start()
        for frame in FileMicrophone(np.concatenate([speech, silence(0.5)])).frames():
            recognizer.accept(frame)
        assert early.text == recognizer.finish().text
