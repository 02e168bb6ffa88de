"""The speech gate in a bedroom: who spoke, from when to when, and what is left alone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from skill.audio.frames import FRAME_S, SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.gate import (
    Gate,
    GateEvent,
    GateSettings,
    UtteranceContinued,
    UtteranceEnded,
    UtteranceStarted,
    VoiceDiscarded,
)
from skill.audio.levels import gain, peak_normalise, to_int16
from skill.audio.recording import FileMicrophone, ScriptedMicrophone, read_recording


@pytest.fixture(scope="module")
def complaint(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return spoken("my calf is cramping", tmp_path_factory.mktemp("speech"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    sentence = "and then we went on along the river and over the hill and past the old mill "
    return spoken(sentence * 5, tmp_path_factory.mktemp("speech"))


def spoken(text: str, folder: Path) -> Samples:
    path = folder / "speech.wav"
    subprocess.run(["espeak-ng", "-v", "en-gb", "-w", path, text], check=True)
    speech = peak_normalise(read_recording(path), -9)
    voiced = np.flatnonzero(np.abs(speech.astype(int)) > 150)
    return speech[voiced[0] : voiced[-1] + 1]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.int16)


def noise(seconds: float, level_dbfs: float, seed: int = 0) -> Samples:
    """Pink noise: a fan, rain, a humidifier."""
    count = round(seconds * SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(0, 1, count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    pink = np.fft.irfft(spectrum, count)
    return to_int16(pink / pink.std() * 10 ** (level_dbfs / 20) * 32_768)


def mixed(room: Samples, speech: Samples, at: float) -> Samples:
    begin = round(at * SAMPLE_RATE_HZ)
    total: NDArray[np.int32] = room.astype(np.int32)
    total[begin : begin + len(speech)] += speech
    return to_int16(total)


def heard(sound: Samples | Iterable[Frame], gate: Gate | None = None) -> list[GateEvent]:
    gate = gate or Gate(GateSettings())
    frames = FileMicrophone(sound).frames() if isinstance(sound, np.ndarray) else sound
    events = [event for frame in frames for event in gate.push(frame)]
    return [*events, *gate.flush()]


def started(events: list[GateEvent]) -> list[UtteranceStarted]:
    return [event for event in events if isinstance(event, UtteranceStarted)]


def ended(events: list[GateEvent]) -> list[UtteranceEnded]:
    return [event for event in events if isinstance(event, UtteranceEnded)]


def frames_of(events: list[GateEvent]) -> list[Frame]:
    frames: list[Frame] = []
    for event in events:
        if isinstance(event, UtteranceStarted):
            frames += event.frames
        elif isinstance(event, UtteranceContinued):
            frames.append(event.frame)
    return frames


def test_a_complaint_in_a_quiet_room_is_one_utterance(complaint: Samples) -> None:
    events = heard(mixed(noise(6, -65), complaint, at=2))
    [start], [end] = started(events), ended(events)
    speech_ends = 2 + len(complaint) / SAMPLE_RATE_HZ
    assert start.at == pytest.approx(2, abs=0.15)
    assert (end.start, end.reason) == (start.at, "silence")
    assert end.end == pytest.approx(speech_ends, abs=0.25)


def test_no_syllable_is_lost(complaint: Samples) -> None:
    frames = frames_of(heard(mixed(noise(6, -65), complaint, at=2)))
    assert frames[0].time <= 2
    assert frames[-1].end >= 2 + len(complaint) / SAMPLE_RATE_HZ
    assert np.allclose(np.diff([frame.time for frame in frames]), FRAME_S)


def test_the_pre_roll_lies_before_the_voice(complaint: Samples) -> None:
    [start] = started(heard(mixed(noise(6, -65), complaint, at=2)))
    assert start.at - start.frames[0].time == pytest.approx(0.3, abs=FRAME_S)


def test_it_ends_when_the_silence_is_long_enough(complaint: Samples) -> None:
    for silence_s in (0.2, 0.5, 0.9):
        events = heard(
            mixed(noise(6, -65), complaint, at=2), Gate(GateSettings(silence_s=silence_s))
        )
        last = frames_of(events)[-1].end
        assert last - ended(events)[-1].end == pytest.approx(silence_s, abs=FRAME_S)


def test_silence_counts_up_while_the_end_is_awaited(complaint: Samples) -> None:
    events = heard(mixed(noise(6, -65), complaint, at=2))
    waited = [event.silence_s for event in events if isinstance(event, UtteranceContinued)]
    assert min(waited) == pytest.approx(0, abs=1e-6)
    assert waited[-1] == pytest.approx(0.5, abs=FRAME_S)


def test_the_silence_can_be_changed_while_somebody_speaks(complaint: Samples) -> None:
    gate = Gate(GateSettings())
    frames = FileMicrophone(mixed(noise(6, -65), complaint, at=2)).frames()
    events: list[GateEvent] = []
    for frame in frames:
        events += gate.push(frame)
        if started(events):
            gate.settings = replace(gate.settings, silence_s=0.2)
    assert frames_of(events)[-1].end - ended(events)[0].end == pytest.approx(0.2, abs=FRAME_S)


def test_a_recording_that_begins_and_ends_in_speech(complaint: Samples) -> None:
    events = heard(complaint)
    assert frames_of(events)[0].time == 0
    assert ended(events)[-1].end == pytest.approx(len(complaint) / SAMPLE_RATE_HZ, abs=0.25)


def test_speech_in_a_room_that_is_noisy_from_the_first_frame(complaint: Samples) -> None:
    assert frames_of(heard(mixed(noise(8, -42), complaint, at=5)))[0].time <= 5
    assert len(started(heard(mixed(noise(8, -42), complaint, at=0.5)))) == 1


def test_a_soft_voice_is_heard(complaint: Samples) -> None:
    faint = gain(complaint, -30)
    [start] = started(heard(mixed(noise(6, -72), faint, at=2)))
    assert start.frames[0].time <= 2


def test_a_slammed_door_does_not_make_it_deaf(complaint: Samples) -> None:
    room = noise(12, -65)
    room[2 * SAMPLE_RATE_HZ : 7 * SAMPLE_RATE_HZ] = noise(5, -12, seed=1)
    events = heard(mixed(room, complaint, at=7.6))
    assert any(7.3 <= start.at <= 7.8 for start in started(events))


def test_a_fan_that_goes_on_is_soon_a_quiet_room_again(complaint: Samples) -> None:
    gate = Gate(GateSettings())
    room = np.concatenate([noise(5, -65), noise(40, -38, seed=2)])
    awake_after_fan = 0
    for frame in FileMicrophone(room).frames():
        assert not gate.push(frame)
        awake_after_fan += gate.is_detecting and frame.time > 20
    assert awake_after_fan == 0
    frames = FileMicrophone(mixed(noise(4, -38, seed=3), gain(complaint, 3), at=1)).frames()
    assert len(started(heard(frames, gate))) == 1


@pytest.mark.parametrize("level_dbfs", [-75, -65, -55, -40, -30])
def test_a_steady_room_lets_the_detector_sleep(level_dbfs: float) -> None:
    gate = Gate(GateSettings())
    for frame in FileMicrophone(noise(40, level_dbfs)).frames():
        assert not gate.push(frame)
        assert not (gate.is_detecting and frame.time > 25)


def test_digital_silence_never_wakes_the_detector() -> None:
    gate = Gate(GateSettings())
    for frame in FileMicrophone(silence(20)).frames():
        assert not gate.push(frame)
        assert not gate.is_detecting


def test_a_truck_outside_is_below_speech() -> None:
    time = np.arange(20 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    swell = np.abs(np.sin(2 * np.pi * 0.3 * time))
    rumble = to_int16(6_000 * swell * np.sin(2 * np.pi * 35 * time))
    gate = Gate(GateSettings())
    awake = 0
    for frame in FileMicrophone(mixed(rumble, noise(20, -65), at=0)).frames():
        assert not gate.push(frame)
        awake += gate.is_detecting
    assert awake == 0


def test_an_offset_of_the_microphone_is_no_sound(complaint: Samples) -> None:
    room = mixed(noise(6, -65), complaint, at=2)
    events = heard(to_int16(room.astype(np.int32) + 1_500))
    assert len(started(events)) == 1


def test_knocks_and_tones_are_no_voice() -> None:
    room = noise(12, -65)
    knock = to_int16(20_000 * np.exp(-np.arange(1_600) / 120) * np.cos(np.arange(1_600) / 6))
    time = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    beep = to_int16(6_000 * np.sin(2 * np.pi * 1_000 * time))
    for at in (2, 4, 4.4):
        room = mixed(room, knock, at)
    room = mixed(room, beep, 7)
    assert started(heard(room)) == []


def test_too_little_voice_is_discarded(complaint: Samples) -> None:
    syllable = complaint[: round(0.25 * SAMPLE_RATE_HZ)]
    room = mixed(noise(5, -65), syllable, at=2)
    events = heard(room, Gate(GateSettings(min_voiced_s=1.0)))
    [discarded] = events
    assert isinstance(discarded, VoiceDiscarded)
    assert discarded.at == pytest.approx(2, abs=0.15)


def test_two_sentences_are_two_utterances_that_do_not_overlap(complaint: Samples) -> None:
    room = mixed(mixed(noise(9, -65), complaint, at=1), complaint, at=4)
    events = heard(room, Gate(GateSettings(silence_s=0.1)))
    voiced = [(end.start, end.end) for end in ended(events)]
    assert len(started(events)) == len(voiced) >= 2
    assert all(end <= start for (_, end), (start, _) in pairwise(voiced))
    for start, (_, end_before) in zip(started(events)[1:], voiced, strict=False):
        assert start.frames[0].time >= end_before - 1e-6


def whimper(seconds: float) -> Samples:
    """A short high moan, falling: half a voice."""
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    pitch_hz = 250 * (1 + 0.03 * np.sin(2 * np.pi * 5 * time) - 0.15 * time / seconds)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    tone = sum(np.sin(overtone * phase) / overtone for overtone in range(1, 9))
    return to_int16(tone * np.sqrt(np.sin(np.pi * time / seconds)) * 4_000)


def test_a_whimper_begins_like_a_voice_and_is_none() -> None:
    events = heard(np.concatenate([silence(1), whimper(0.4), silence(1)]))
    told = [event for event in events if not isinstance(event, UtteranceContinued)]
    assert [type(event) for event in told] == [UtteranceStarted, VoiceDiscarded]
    assert told[1] == VoiceDiscarded(started(events)[0].at)


def test_a_whimper_before_it_takes_nothing_from_a_complaint(complaint: Samples) -> None:
    moaned = mixed(mixed(noise(6, -65), whimper(0.4), at=1), complaint, at=1.7)
    [end] = ended(heard(moaned))
    assert end.end == pytest.approx(1.7 + len(complaint) / SAMPLE_RATE_HZ, abs=0.25)


def test_an_utterance_can_be_ended_while_the_sound_goes_on(complaint: Samples) -> None:
    gate = Gate(GateSettings(silence_s=3.0))
    events: list[GateEvent] = []
    for frame in FileMicrophone(mixed(mixed(noise(9, -65), complaint, 2), complaint, 5)).frames():
        events += gate.push(frame)
        last = events[-1] if events else None
        if isinstance(last, UtteranceContinued) and last.silence_s > 0.4:
            events += gate.end()
    first, second = ended(events)
    assert (first.reason, second.reason) == ("silence", "silence")
    assert second.start == pytest.approx(5, abs=0.15)
    assert gate.end() == ()


def test_someone_who_goes_on_and_on_is_heard_in_parts(story: Samples) -> None:
    assert len(story) > 14 * SAMPLE_RATE_HZ
    room = mixed(noise(len(story) / SAMPLE_RATE_HZ + 3, -65), story, at=1)
    events = heard(room, Gate(GateSettings(silence_s=2.0)))
    first, second, *_ = ended(events)
    assert (first.reason, first.end - first.start) == ("longest", pytest.approx(12, abs=0.3))
    assert second.start - first.end < 0.5
    times = [frame.time for frame in frames_of(events)]
    assert len(set(times)) == len(times)


def test_after_a_reset_it_hears_as_if_new(complaint: Samples) -> None:
    room = mixed(noise(5, -65), complaint, at=1)
    gate = Gate(GateSettings())
    first = heard(room, gate)
    heard(noise(30, -25), gate)
    gate.reset()
    again = heard(room, gate)
    assert [(e.start, e.end) for e in ended(again)] == [(e.start, e.end) for e in ended(first)]


def test_a_rehearsed_voice_is_heard_in_the_scripted_room(complaint: Samples) -> None:
    microphone, gate = ScriptedMicrophone(), Gate(GateSettings())
    events: list[GateEvent] = []
    for frame in microphone.frames():
        events += gate.push(frame)
        if frame.time == 64 * FRAME_S:
            microphone.speak(complaint, at=frame.end + 1)
        if frame.time > 8:
            break
    [end] = ended(events)
    assert end.end == pytest.approx(microphone.voice_ends_at, abs=0.25)
