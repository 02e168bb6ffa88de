"""The microphones and speakers of this machine, by name: their numbers change, names stay."""

from __future__ import annotations

import contextlib
import ctypes
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Final

from skill.errors import AudioError
from skill.native_output import muted_stderr

NO_PORTAUDIO: Final = "The sound library PortAudio is missing."
INSTALL_PORTAUDIO: Final = "Install it: sudo apt install libportaudio2"


class Direction(StrEnum):
    """Which way sound goes; the value is the person's word for the device."""

    INPUT = "microphone"
    OUTPUT = "speaker"


@dataclass(frozen=True, slots=True)
class Device:
    """One microphone or speaker as PortAudio sees it."""

    index: int
    name: str
    direction: Direction
    channels: int
    native_rate_hz: int
    is_default: bool


@cache
def portaudio() -> ModuleType:
    """Return the sounddevice module. Raises AudioError when PortAudio is not installed."""
    try:
        import sounddevice
    except OSError:
        raise AudioError(NO_PORTAUDIO, INSTALL_PORTAUDIO) from None
    _mute_alsa()
    module: ModuleType = sounddevice
    return module


# Stands in for ALSA's printer: a failing card makes it print thousands of lines a second.
_SAY_NOTHING: Final = ctypes.CFUNCTYPE(None)(lambda: None)


def _mute_alsa() -> None:
    with contextlib.suppress(OSError, AttributeError):  # no ALSA on this machine
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_SAY_NOTHING)


def refresh() -> None:
    """Look for devices anew: PortAudio's list is frozen at its start.

    This ends every open stream of this process.
    """
    sounddevice = portaudio()
    with muted_stderr(), contextlib.suppress(sounddevice.PortAudioError):
        sounddevice._terminate()
        sounddevice._initialize()


def list_devices(direction: Direction) -> tuple[Device, ...]:
    """Return the devices of one direction, the default first. Raises AudioError (PortAudio)."""
    sounddevice = portaudio()
    kind = "input" if direction is Direction.INPUT else "output"
    default = sounddevice.default.device[kind]
    try:
        if default < 0:  # not chosen by the program: PortAudio's own
            default = sounddevice.query_hostapis(0)[f"default_{kind}_device"]
        found = [
            Device(
                index=device["index"],
                name=device["name"],
                direction=direction,
                channels=device[f"max_{kind}_channels"],
                native_rate_hz=round(device["default_samplerate"]),
                is_default=device["index"] == default,
            )
            for device in sounddevice.query_devices()
            if device[f"max_{kind}_channels"] > 0
        ]
    except sounddevice.PortAudioError:
        return ()
    return tuple(sorted(found, key=lambda device: not device.is_default))


def find_device(direction: Direction, name: str | None) -> Device:
    """Return the device with this name, or the first whose name holds it; the default for None.

    Upper and lower case count as one. Raises AudioError naming the devices there are.
    """
    devices = list_devices(direction)
    if not devices:
        raise AudioError(
            f"There is no {direction}.", "Plug one in and check that this user may use it."
        )
    if name is None:
        return devices[0]
    wanted = name.casefold().strip()
    exact = [device for device in devices if device.name.casefold() == wanted]
    partly = [device for device in devices if wanted and wanted in device.name.casefold()]
    for device in (*exact, *partly):
        return device
    names = ", ".join(sorted({device.name for device in devices}))
    raise AudioError(f"There is no {direction} named '{name}'.", f"These are there: {names}.")
