"""Recordings through everything: a pause in the middle is joined, the end is not waited for."""

from __future__ import annotations

import numpy as np
import pytest
from spoken import AUDIO, PROJECT

from skill.app import App
from skill.audio.frames import SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.recording import FileMicrophone, read_recording
from skill.companion import Reaction
from skill.config import Settings
from skill.rehearsal.hear import coached_to_first_check

NIGHT = PROJECT / "dialogs" / "en" / "night"


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(engine="moonshine"))


def with_pause(speech: Samples, after: float, pause_s: float) -> Samples:
    """Return the speech with a pause after that share of it."""
    cut = round(len(speech) * after)
    pause = np.zeros(round(pause_s * SAMPLE_RATE_HZ), np.int16)
    return np.concatenate([speech[:cut], pause, speech[cut:]])


def test_a_pause_in_the_middle_of_a_phrase_is_waited_for(app: App) -> None:
    speech = read_recording(AUDIO / "complaints-3" / "complaint-14.flac")  # I've got a | cramp in
    [reaction] = app.reactions(with_pause(speech, 0.3, 0.9), coaching=False)
    assert reaction.interpretation.intent == "cramp"
    assert reaction.interpretation.slots["site"] == "thigh"


def test_a_place_said_out_of_the_blue_is_waited_for(app: App) -> None:
    speech = read_recording(AUDIO / "complaints-3" / "complaint-08.flac")  # my foot | is cramping
    [reaction] = app.reactions(with_pause(speech, 0.3, 0.9), coaching=False)
    assert reaction.interpretation.slots["site"] == "foot"
    assert "cramping" in reaction.interpretation.text


def test_a_household_may_wait_as_little_as_it_likes(app: App) -> None:
    hasty = app.changed({"unfinished_silence_seconds": 0.5})
    speech = read_recording(AUDIO / "complaints-3" / "complaint-08.flac")
    assert len(hasty.reactions(with_pause(speech, 0.3, 0.9), coaching=False)) == 2


@pytest.mark.parametrize(
    ("recording", "coaching", "intent"),
    [("my-calf-is-cramping.flac", False, "cramp"), ("not-yet.flac", True, "not_better")],
)
def test_what_is_complete_is_taken_before_the_silence_is_over(
    app: App, recording: str, coaching: bool, intent: str
) -> None:
    patient = app.changed({"end_silence_seconds": 3, "unfinished_silence_seconds": 3})
    companion = patient.fresh_companion()
    if coaching:
        companion.now = coached_to_first_check(companion.conversation)
    reactions: list[Reaction] = []
    companion.observe = lambda _at, what: (
        reactions.append(what) if isinstance(what, Reaction) else None
    )
    before = companion.now
    for frame in FileMicrophone(NIGHT / recording, lead_s=0.5, tail_s=1.0).frames():
        companion.frame(Frame(frame.samples, frame.time + before))
    assert [reaction.interpretation.intent for reaction in reactions] == [intent]
