"""How a word sounds, from espeak-ng's rules; the library is there for the voice anyway."""

from __future__ import annotations

import ctypes
import logging
from functools import lru_cache

_LOG = logging.getLogger(__name__)
_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS_OUTPUT = 2  # espeak_AUDIO_OUTPUT: nothing is ever played
_UTF8, _IPA = 1, 0x02  # espeak-ng's speak_lib.h: espeakCHARS_UTF8, phoneme mode IPA


class EspeakPronunciation:
    """Calls espeak-ng's phoneme translator in this process; it makes no sound.

    Where the library is missing every word has no phonemes, which is told once in the log.
    """

    def __init__(self, language: str = "en") -> None:
        self._library: ctypes.CDLL | None = None
        try:
            library = ctypes.CDLL(_LIBRARY)
        except OSError:
            _LOG.warning("espeak-ng is not installed: words that only sound alike are missed.")
            return
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]
        voice = {"en": "en-us"}.get(language, language)
        if library.espeak_Initialize(_SYNCHRONOUS_OUTPUT, 0, None, 0) > 0 and (
            library.espeak_SetVoiceByName(voice.encode()) == 0
        ):
            self._library = library
        self._cached = lru_cache(maxsize=4096)(self._pronounce)

    def __call__(self, text: str) -> str:
        """Return the IPA of a word or short phrase, empty when it has none."""
        return self._cached(text) if self._library is not None else ""

    def _pronounce(self, text: str) -> str:
        assert self._library is not None
        pointer = ctypes.c_char_p(text.encode("utf-8", errors="ignore"))
        spoken = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA)
        return spoken.decode("utf-8", errors="ignore") if spoken else ""
