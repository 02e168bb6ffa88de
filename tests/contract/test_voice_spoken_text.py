"""Only words and pauses reach a voice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.voice.spoken_text import spoken_text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Breathe in gently...", "Breathe in gently."),
        ("and out, long and slow.", "and out, long and slow."),
        ("Breathe in… and out. . .", "Breathe in, and out."),
        ("... and  out", "and out"),
        ("Is it easing?...", "Is it easing?"),
        ("Good – stay there — slowly", "Good, stay there, slowly"),
        ("Don’t hold “your” breath", "Don't hold your breath"),
        ("A follow-up call to 1-1-2.", "A follow-up call to 1-1-2."),
        ("[[hello]] <b>there</b>", "hello b there /b"),
        ("one\ntwo\tthree", "one two three"),
        ("Ça va ? Oui…", "Ça va? Oui."),
        ("It takes 2.5 minutes, e.g. now;", "It takes 2.5 minutes, e.g. now."),
        ("...", ""),
        ("", ""),
    ],
)
def test_signs_become_pauses(text: str, read: str) -> None:
    assert spoken_text(text) == read


@given(st.text())
def test_any_text_becomes_one_clean_line(text: str) -> None:
    line = spoken_text(text)
    assert len(line.splitlines()) <= 1
    assert "..." not in line
    assert not line.startswith("-")
    assert spoken_text(line) == line
