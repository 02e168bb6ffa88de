"""A sound card made of software: PulseAudio with null sinks, one server a card, in its own folder.

What is played into `bed_mic_feed` is what the microphone `bed_mic` hears; what the speaker
`bedside_speaker` plays is recorded from its monitor. Nothing of the user's own sound server is
touched, and nothing is left behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from types import TracebackType
from typing import IO, Self

import numpy as np

from skill.audio.frames import SAMPLE_RATE_HZ, Samples
from skill.audio.recording import read_recording

MICROPHONE = "bed_mic"
SPEAKER = "bedside_speaker"
FEED = "bed_mic_feed"
RAW = ["--raw", "--format=s16le", "--channels=1", f"--rate={SAMPLE_RATE_HZ}"]
RAW_LATENCY = [*RAW, "--latency-msec=20"]
PULSEAUDIO = [
    *("pulseaudio", "-n", "--daemonize=no", "--system=false", "--use-pid-file=no"),
    *("--exit-idle-time=-1", "--disallow-exit"),
]
PACKAGES = "pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"
START_S = 20.0

ALSA = f"""
pcm.{MICROPHONE} {{ type pulse device {MICROPHONE} }}
pcm.{SPEAKER} {{ type pulse device {SPEAKER} }}
pcm.!default {{ type pulse }}
ctl.!default {{ type pulse }}
"""


class VirtualCard:
    """One running sound server with a microphone and a speaker; a context manager.

    `env` is what a process needs to see this card and no other.
    """

    def __init__(self) -> None:
        if missing := [name for name in ("pulseaudio", "pactl", "pacat") if not shutil.which(name)]:
            raise RuntimeError(f"No {missing[0]}. Install: sudo apt install {PACKAGES}")
        # A Unix socket's path must be short: not pytest's folder.
        self._folder = Path(tempfile.mkdtemp(prefix="card-"))
        socket = self._folder / "native"
        alsa = self._folder / "asound.conf"
        alsa.write_text(ALSA)
        self.env = {
            "PULSE_SERVER": f"unix:{socket}",
            "XDG_RUNTIME_DIR": str(self._folder),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{alsa}",
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._silence = os.open("/dev/zero", os.O_RDONLY)
        modules = [
            f"module-null-sink sink_name={SPEAKER}",
            f"module-null-sink sink_name={FEED}",
            f"module-remap-source source_name={MICROPHONE} master={FEED}.monitor",
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        ]
        self._log = (self._folder / "log").open("wb")
        self._server = self._start(
            [*PULSEAUDIO, *(f"--load={module}" for module in modules)],
            stderr=self._log,
        )
        self._await_server()
        self._control("set-default-source", MICROPHONE)
        self._control("set-default-sink", SPEAKER)
        # An idle null sink sleeps for two seconds at a time; silence keeps both awake.
        for sink in (FEED, SPEAKER):
            command = ["pacat", f"--device={sink}", *RAW, "--latency-msec=200"]
            self._start(command, stdin=self._silence)
        for source in (MICROPHONE, f"{SPEAKER}.monitor"):
            self._await_sound(source)

    def play_into_microphone(self, sound: Path | Samples) -> float:
        """Let the microphone hear a recording or (n,) int16 mono 16 kHz, to its end.

        Return the monotonic time just before it began, seconds.
        """
        samples = read_recording(sound) if isinstance(sound, Path) else sound
        began = time.monotonic()
        subprocess.run(
            ["pacat", f"--device={FEED}", *RAW, "--latency-msec=100"],
            input=samples.tobytes(),
            env={**os.environ, **self.env},
            check=True,
            timeout=60,
        )
        return began

    @contextlib.contextmanager
    def playing_into_microphone(self, sound: Path | Samples) -> Iterator[None]:
        """Play into the microphone beside the block; wait for its end."""
        playing = threading.Thread(target=self.play_into_microphone, args=(sound,))
        playing.start()
        try:
            yield
        finally:
            playing.join()

    @contextlib.contextmanager
    def recording_speaker(self) -> Iterator[SpeakerTrack]:
        """Record what the speaker plays during the block; read it from the track after it."""
        recorder = self._start(["parec", f"--device={SPEAKER}.monitor", *RAW_LATENCY], stdout=PIPE)
        track = SpeakerTrack(recorder)
        try:
            yield track
        finally:
            track.end()

    def record_speaker(self, seconds: float) -> Samples:
        """Return what the speaker plays in the next `seconds`, (n,) int16 mono 16 kHz."""
        with self.recording_speaker() as track:
            time.sleep(seconds)
        return track.samples

    def is_played_on_by(self, pid: int) -> bool:
        """Whether a process has a stream open on the speaker."""
        return f'application.process.id = "{pid}"' in self._control("list", "sink-inputs")

    def freeze_microphone(self) -> None:
        """Let the microphone deliver nothing more, as a hanging driver does."""
        self._control("suspend-source", MICROPHONE, "1")

    def kill_server(self) -> None:
        """Let the sound server crash."""
        self._server.kill()
        self._server.wait()

    def close(self) -> None:
        """End every process and remove the folder."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()
        os.close(self._silence)
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _start(
        self,
        command: list[str],
        *,
        stdin: IO[bytes] | int = subprocess.DEVNULL,
        stdout: IO[bytes] | int = subprocess.DEVNULL,
        stderr: IO[bytes] | int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        home = {"HOME": str(self._folder)}
        process = subprocess.Popen(
            command,
            env={**os.environ, **self.env, **home},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
        self._processes.append(process)
        return process

    def _control(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.env, "HOME": str(self._folder)},
            check=True,
            timeout=START_S,
            stdout=PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ).stdout

    def _await_sound(self, source: str) -> None:
        recorder = self._start(["parec", f"--device={source}", *RAW_LATENCY], stdout=PIPE)
        track = SpeakerTrack(recorder)
        track.end()
        self._processes.remove(recorder)

    def _await_server(self) -> None:
        give_up_at = time.monotonic() + START_S
        while True:
            try:
                self._control("stat")
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > give_up_at or self._server.poll() is not None:
                    log = (self._folder / "log").read_text()
                    self.close()
                    raise RuntimeError(f"PulseAudio did not start:\n{log}") from None
                time.sleep(0.05)


class SpeakerTrack:
    """What the speaker has played while it was recorded; `began_at` monotonic seconds."""

    def __init__(self, recorder: subprocess.Popen[bytes]) -> None:
        self._recorder = recorder
        self._sound = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        give_up_at = time.monotonic() + START_S
        while not self._sound:  # recording has begun
            if time.monotonic() > give_up_at:
                raise RuntimeError("The virtual speaker cannot be recorded.")
            time.sleep(0.01)

    @property
    def samples(self) -> Samples:
        """The sound so far, (n,) int16 mono 16 kHz."""
        return np.frombuffer(bytes(self._sound[: len(self._sound) // 2 * 2]), dtype=np.int16)

    def end(self) -> None:
        """Record no more."""
        self._recorder.terminate()
        self._recorder.wait()
        self._reader.join()
        assert self._recorder.stdout is not None
        self._recorder.stdout.close()

    def _read(self) -> None:
        assert self._recorder.stdout is not None
        while piece := os.read(self._recorder.stdout.fileno(), 1 << 16):
            self._sound += piece
