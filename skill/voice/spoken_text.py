"""What a voice is given to read: words and pauses, nothing that would be read out as a sign."""

from __future__ import annotations

import re
from typing import Final

_ELLIPSIS: Final = re.compile(r"(?:…|\.(?:\s*\.)+)+")
_DASH: Final = re.compile(r"\s*[–—―]\s*|\s+-+\s+")
_APOSTROPHE: Final = re.compile(r"[‘’ʼ]")
_UNSPOKEN: Final = re.compile(r"[\"“”„«»()\[\]{}<>*_#|~^`\\]|[^\S ]|[\x00-\x1f\x7f]")
_RUN: Final = re.compile(r"([,;:.?!])(?:\s*[,;:.?!])+")
_SPACE_BEFORE: Final = re.compile(r"\s+(?=[,;:.?!](?:\s|$))")
_WORD: Final = re.compile(r"[^\W_]")


def spoken_text(text: str) -> str:
    """Return `text` as one line for a voice; empty when it holds no word.

    Ellipses and dashes become pauses: both voices read them well inside plain prose, but a
    stray " ..." can be read as signs, and brackets are commands to espeak-ng and Piper.
    """
    line = _APOSTROPHE.sub("'", text)
    line = _ELLIPSIS.sub(", ", line)
    line = _DASH.sub(", ", line)
    line = _UNSPOKEN.sub(" ", line)
    line = _SPACE_BEFORE.sub("", " ".join(line.split()))
    line = _RUN.sub(_strongest, line).lstrip(",;:.?!-+ ")
    if not _WORD.search(line):
        return ""
    return line[:-1] + "." if line[-1] in ",;:" else line


def _strongest(run: re.Match[str]) -> str:
    """Keep the sign of a run that ends a sentence, where there is one."""
    return next((sign for sign in run[0] if sign in "?!."), run[1])
