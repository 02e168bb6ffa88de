"""What a machine without PortAudio is told."""

import subprocess
import sys

WITHOUT_PORTAUDIO = """
import ctypes.util
ctypes.util.find_library = lambda name: None
from skill.audio.devices import portaudio
portaudio()
"""


def test_a_missing_portaudio_is_named_with_the_package_that_brings_it() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", WITHOUT_PORTAUDIO], capture_output=True, text=True, timeout=60
    )
    last_line = asked.stderr.strip().splitlines()[-1]
    assert last_line.endswith(
        "AudioError: The sound library PortAudio is missing. "
        "Install it: sudo apt install libportaudio2"
    )
