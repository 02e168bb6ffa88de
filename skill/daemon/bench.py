"""What it costs and how fast it answers, measured on this machine, on the project's recordings."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from skill.audio.capture_records import CaptureSettings
from skill.audio.frames import FRAME_S, SAMPLE_RATE_HZ, Samples
from skill.audio.microphone import LiveMicrophone
from skill.audio.recording import FileMicrophone, ScriptedMicrophone, read_recording
from skill.companion import Companion, Reaction
from skill.errors import AudioError
from skill.hearing.recognizer import Recognizer
from skill.interpretation import Context, Interpretation

HOUR_S: Final = 3600.0
# Together an hour of audio, most of it speech: what a memory leak would show in.
SOUNDS_S: Final = {"silence": 300.0, "bedroom": 300.0, "speech": 3000.0}
LIVE_S: Final = 30.0
SPEECH_EVERY_S: Final = 10.0
BEDROOM_DBFS: Final = -60.0
COMPLAINTS: Final = 20
LONGEST_NIGHT_S: Final = 30.0
MIB: Final = 1 << 20
IN_PROCESS = "gate, recogniser, understanding and dialog; the capture process is not among them"
LIVE = "microphone child and its reader, live, in the room as it is now"


class Bench(Protocol):
    """The installation being measured."""

    @property
    def recognizer(self) -> Recognizer:
        """The configured engine."""
        ...

    def fresh_companion(self) -> Companion:
        """Return a companion in a fresh state whose speaker is silent."""
        ...

    def interpret(self, text: str, context: Context) -> Interpretation:
        """Return the meaning of one utterance."""
        ...


@dataclass(frozen=True, slots=True)
class Material:
    """Recordings to measure with; `sets` is the tests folder of a checkout, where there is one."""

    complaint: Path
    other_talk: Path
    sets: Path | None
    microphone: str | None


def measure(bench: Bench, material: Material) -> dict[str, Any]:
    """Return what `uncramp bench` prints. Takes some minutes; the machine should be idle.

    Raises AudioError when the recorded complaint is not understood.
    """
    startup_s = _startup_s()
    complaint = read_recording(material.complaint)
    bench.fresh_companion()
    rss_idle_mib = _rss_mib()
    talk = read_recording(material.other_talk)
    cpu_s = {
        sound: _cpu_s_per_hour(bench, sound, seconds, talk) for sound, seconds in SOUNDS_S.items()
    }
    rss_hour_mib = _rss_mib()
    latencies = sorted(_latency_ms(bench, complaint, seed) for seed in range(COMPLAINTS))
    return {
        "startup_s": round(startup_s, 2),
        "rss_idle_mib": round(rss_idle_mib, 1),
        "rss_hour_mib": round(rss_hour_mib, 1),
        "cpu_s_per_hour": cpu_s,
        "cpu_covers": IN_PROCESS,
        "live": _live(material.microphone),
        "latency_ms": {
            "p50": round(statistics.median(latencies), 1),
            "p95": round(latencies[round(0.95 * COMPLAINTS) - 1], 1),
        },
        "rtf": {bench.recognizer.name: _real_time_factor(bench.recognizer, complaint)},
        **_on_sets(bench, material.sets),
    }


def _startup_s() -> float:
    began = time.perf_counter()
    program = [sys.executable, "-m", "skill.cli", "understand"]
    subprocess.run(program, stdin=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _rss_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def _cpu_s_per_hour(bench: Bench, sound: str, seconds: float, talk: Samples) -> float:
    microphone = ScriptedMicrophone(None if sound == "silence" else BEDROOM_DBFS)
    if sound == "speech":
        for at in np.arange(1.0, seconds, SPEECH_EVERY_S):
            microphone.speak(talk, float(at))
    companion = bench.fresh_companion()
    began = time.process_time()
    for frame in microphone.frames():
        companion.frame(frame)
        if frame.time >= seconds:
            break
    return round((time.process_time() - began) * HOUR_S / seconds, 1)


def _latency_ms(bench: Bench, complaint: Samples, seed: int) -> float:
    """Return the time from the last voiced sample to the reply, in a night of its own."""
    companion = bench.fresh_companion()
    latencies: list[float] = []

    def note(_at: float, what: object) -> None:
        if isinstance(what, Reaction) and what.latency_ms is not None:
            latencies.append(what.latency_ms)

    companion.observe = note
    microphone = ScriptedMicrophone(BEDROOM_DBFS, seed)
    microphone.speak(complaint, 2.0 + seed * FRAME_S / COMPLAINTS)
    for frame in microphone.frames():
        companion.frame(frame)
        if latencies or frame.time > LONGEST_NIGHT_S:
            break
    if not latencies:
        raise AudioError("The recorded complaint was not understood.", "Run: uncramp doctor")
    return latencies[0]


def _real_time_factor(recognizer: Recognizer, speech: Samples) -> float:
    frames = list(FileMicrophone(speech).frames())
    began = time.perf_counter()
    for _ in range(COMPLAINTS):
        recognizer.start()
        for frame in frames:
            recognizer.accept(frame)
        recognizer.finish()
    heard_s = COMPLAINTS * len(speech) / SAMPLE_RATE_HZ
    return round((time.perf_counter() - began) / heard_s, 4)


def _live(device: str | None) -> dict[str, Any] | None:
    """Return the cost of listening to the room as it is; None without a microphone."""
    try:
        microphone = LiveMicrophone(CaptureSettings(device=device))
    except AudioError:
        return None
    try:
        _listen(microphone, 2.0)  # starting up is not listening
        before, own = _process_cpu_s(microphone.pid), time.process_time()
        quiet = _listen(microphone, LIVE_S)
        spent = _process_cpu_s(microphone.pid) - before + time.process_time() - own
    finally:
        microphone.close()
    return {
        "covers": LIVE,
        "cpu_s_per_hour": round(spent * HOUR_S / LIVE_S, 1),
        "quiet_share": round(quiet, 2),
        "floor_dbfs": round(microphone.floor_dbfs, 1),
    }


def _listen(microphone: LiveMicrophone, seconds: float) -> float:
    """Read for some seconds; return the share of reads that found the room quiet."""
    until, quiet, reads = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        microphone.read(2.0)
        quiet += microphone.is_quiet
        reads += 1
    return quiet / max(reads, 1)


def _process_cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # proc(5): utime, stime


def _on_sets(bench: Bench, sets: Path | None) -> dict[str, Any]:
    """Return false starts and understanding on the project's own sets; None in a wheel."""
    if sets is None:
        return {"false_starts_per_hour": None, "understanding": None}
    talk = sorted((sets / "audio" / "talk").glob("*.flac"))
    seconds, starts = 0.0, 0
    for path in talk:
        samples = read_recording(path)
        seconds += len(samples) / SAMPLE_RATE_HZ
        companion = bench.fresh_companion()
        for frame in FileMicrophone(samples, lead_s=0.5, tail_s=1.0).frames():
            companion.frame(frame)
        companion.flush()
        starts += companion.saying is not None
    understood = [
        bench.interpret(phrase, context).intent == intent
        for context in Context
        for intent, phrase in _phrases(sets / "data" / f"understanding_{context.value}.tsv")
    ]
    return {
        "false_starts_per_hour": round(starts * HOUR_S / seconds, 1),
        "understanding": {"right": sum(understood), "of": len(understood)},
    }


def _phrases(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row and not row[0].startswith("#"):
                yield row[0], row[-1]
