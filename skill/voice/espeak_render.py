"""The child that renders with pyttsx3; a program of its own, never imported by the daemon.

Arguments: the voice and the rate in words per minute. Standard input: one JSON object a line,
{"text": ..., "wav": ...}. For each, "rendered: PATH" on standard output once the file is whole.

pyttsx3 2.99: one initialisation a process, one text for each `runAndWait` (of several only the
last is written), never `say()` (it calls aplay), and errors inside its callback vanish, so the
file itself is the proof. `runAndWait` cancels whatever espeak-ng's own thread has not finished,
among it the properties set before the first run: once in 20 runs the rate was lost (a prompt at
200 words a minute) or the text cut short. So an empty run goes first, after which properties are
set at once, and that thread is waited for before each run.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Final

import pyttsx3
from pyttsx3.drivers import _espeak

RATE_TIMEOUT_S: Final = 5.0


def main() -> None:
    """Render what standard input asks for until it ends."""
    voice, rate_wpm = sys.argv[1], int(sys.argv[2])
    engine = pyttsx3.init("espeak")
    engine.connect("error", _give_up)
    _espeak.Synchronize()
    engine.runAndWait()
    engine.setProperty("voice", voice)
    engine.setProperty("rate", rate_wpm)
    _wait_for_rate(rate_wpm)
    for line in sys.stdin:
        request = json.loads(line)
        _espeak.Synchronize()
        engine.save_to_file(request["text"], request["wav"])
        engine.runAndWait()
        if not Path(request["wav"]).is_file():
            sys.exit("pyttsx3 wrote no file")
        print(f"rendered: {request['wav']}", flush=True)


def _wait_for_rate(rate_wpm: int) -> None:
    """Wait until the rate is in force; pyttsx3's own getter reports the default instead."""
    end = time.monotonic() + RATE_TIMEOUT_S
    while _espeak.dll.espeak_GetParameter(_espeak.RATE, 1) != rate_wpm:
        if time.monotonic() > end:
            sys.exit("espeak-ng does not take the rate")
        time.sleep(0.005)


def _give_up(name: str | None, exception: Exception) -> None:  # noqa: ARG001 - pyttsx3's names
    sys.exit(f"pyttsx3 failed: {exception}")


if __name__ == "__main__":
    main()
