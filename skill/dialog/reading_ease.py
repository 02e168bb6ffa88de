"""Whether a ten-year-old understands what is said: the Flesch-Kincaid school grade of the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import readability

from skill.dialog.folder import DialogFolder
from skill.errors import Fault

LANGUAGES: Final = frozenset({"de", "en", "nl"})  # whose syllables the library can count
# Ten-year-olds are in grade 5. One line alone may be harder: a single "pharmacist" or
# "emergency" lifts a short one by several grades.
HARDEST_WHOLE: Final = 5.0
HARDEST_LINE: Final = 9.5
_SENTENCE_END = re.compile(r"[.?!;:]+")
_WORD = re.compile(r"[\w'-]+")


def school_grade(text: str, language: str = "en") -> float:
    """Return the Flesch-Kincaid grade of `text`; below 0 for a word or two."""
    sentences = (" ".join(_WORD.findall(part)) for part in _SENTENCE_END.split(text))
    tokens = "\n".join(sentence for sentence in sentences if sentence)
    if not tokens:
        return 0.0
    grades = readability.getmeasures(tokens, lang=language)["readability grades"]
    return float(grades["Kincaid"])


def check_reading_ease(folder: DialogFolder) -> Iterator[Fault]:
    """Yield the lines that are hard to understand, and the folder if it is as a whole."""
    language = folder.path.name
    if language not in LANGUAGES:
        return
    texts = []
    for spoken in folder.spoken():
        text = re.sub(r"\{[^{}]*\}", "", spoken.line.say)
        texts.append(text)
        if school_grade(text, language) > HARDEST_LINE:
            yield spoken.fault(
                f"'{spoken.id}' is hard to understand; use shorter words and sentences", "say"
            )
    if school_grade(". ".join(texts), language) > HARDEST_WHOLE:
        message = "the lines together are hard for a ten-year-old; use shorter words and sentences"
        yield Fault(folder.path / "lines.yaml", 1, message)
