"""Vosk with a real model: `tests/korean/vosk_in_korean.py`, in a process of its own.

The model takes 600 MB, which this process would not give back.
"""

from __future__ import annotations

import subprocess
import sys

from spoken import PROJECT


def test_vosk_hears_a_korean_dialog() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", "pythonpath=tests/contract tests/unit",
         "-p", "no:cacheprovider", "tests/korean/vosk_in_korean.py"],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
