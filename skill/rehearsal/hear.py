"""Recordings heard one by one, each as if it came from the microphone of a fresh night."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from skill.actions import Say
from skill.audio.frames import SAMPLE_RATE_HZ, Frame, Samples
from skill.audio.gate import Gate
from skill.audio.recording import FileMicrophone, read_recording
from skill.companion import Companion, Reaction
from skill.dialog.conversation import Conversation
from skill.errors import AudioError
from skill.events import Heard, PromptFinished, TimePassed
from skill.hearing.listener import HeardUtterance, Listener, Utterance
from skill.hearing.recognizer import Recognizer
from skill.interpretation import Interpretation

LEAD_S, TAIL_S = 0.5, 1.0  # silence around a recording, so that it begins and ends like speech
CHIME = "chime"
WORD_S = 0.35  # a calm voice says about 170 words a minute


class SilentPrompts:
    """Stands in for the voice where nobody listens: silence as long as the words would take."""

    def get(self, text: str) -> Samples:
        """Return silence for `text`, (n,) int16 mono 16 kHz."""
        return np.zeros(round(len(text.split()) * WORD_S * SAMPLE_RATE_HZ), dtype=np.int16)


def heard_text(samples: Samples, recognizer: Recognizer) -> str:
    """Return what a recogniser hears in (n,) int16 mono 16 kHz, all utterances joined."""
    listener = Listener(Gate(), recognizer)
    heard: list[HeardUtterance] = []
    for frame in FileMicrophone(samples, lead_s=LEAD_S, tail_s=TAIL_S).frames():
        heard += listener.push(frame)
    heard += listener.flush()
    return " ".join(one.text for one in heard if isinstance(one, Utterance))


def heard_by(companion: Companion, samples: Samples) -> list[Reaction]:
    """Return what a companion makes of (n,) int16 mono 16 kHz with a silence around it."""
    reactions: list[Reaction] = []
    companion.observe = lambda _at, what: (
        reactions.append(what) if isinstance(what, Reaction) else None
    )
    before = companion.now
    for frame in FileMicrophone(samples, lead_s=LEAD_S, tail_s=TAIL_S).frames():
        companion.frame(Frame(frame.samples, frame.time + before))
    companion.flush()
    return reactions


def hear_file(path: Path, companion: Companion) -> dict[str, Any]:
    """Return what `uncramp hear` prints for one recording; an `error` when it is unreadable."""
    try:
        samples = read_recording(path)
    except AudioError as error:
        return {"file": str(path), "error": str(error)}
    began, before = time.process_time(), companion.now
    reactions = heard_by(companion, samples)
    cpu_s = time.process_time() - began
    reacted = next((r for r in reactions if r.latency_ms is not None), None)
    return {
        "file": str(path),
        "audio_s": round(len(samples) / SAMPLE_RATE_HZ, 3),
        "cpu_s": round(cpu_s, 4),
        "utterances": [_utterance(reaction, before + LEAD_S) for reaction in reactions],
        "activated": reacted is not None,
        "reaction": _reply(reacted) if reacted else None,
        "latency_ms": round(reacted.latency_ms, 1) if reacted and reacted.latency_ms else None,
    }


def coached_to_first_check(conversation: Conversation, check: str = "CHECK") -> float:
    """Bring a conversation to protocol P1 just after its first check; return the time, seconds."""
    now = 0.0
    calf = {"site": "calf", "side": "none", "who": "self"}
    said = Interpretation(text="", intent="cramp", slots=calf, confidence=1.0)
    actions = conversation.handle(Heard(said), now)
    while True:
        prompts = [action.prompt for action in actions if isinstance(action, Say)]
        if prompts:
            actions = conversation.handle(PromptFinished(prompts[-1]), now)
            if prompts[-1] == check:
                return now
        else:
            now = conversation.due or now
            actions = conversation.handle(TimePassed(), now)


def _utterance(reaction: Reaction, offset_s: float) -> dict[str, Any]:
    understood = reaction.interpretation
    return {
        "start": round(max(reaction.start - offset_s, 0.0), 3),
        "end": round(reaction.end - offset_s, 3),
        "text": understood.text,
        "intent": understood.intent,
        "slots": dict(understood.slots),
        "confidence": round(understood.confidence, 3),
    }


def _reply(reaction: Reaction) -> str:
    """Return the first thing said; CHIME when only a chime sounds."""
    return next((action.text for action in reaction.actions if isinstance(action, Say)), CHIME)
