"""`uncramp doctor` on a machine with a sound card, and on one without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from virtual_card import VirtualCard

UNCRAMP = Path(sys.executable).with_name("uncramp")
CHECKS = {
    "dialogs", "voice", "prompts", "recogniser", "name", "microphone", "speaker", "round trip",
    "disk", "clock",
}  # fmt: skip


def doctor(config: Path, env: dict[str, str]) -> tuple[int, dict[str, dict[str, str]]]:
    config.write_text("voice: espeak\n")
    run = subprocess.run(
        [str(UNCRAMP), "--config", str(config), "doctor", "--json"],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **env},
    )  # fmt: skip
    assert "Traceback" not in run.stderr
    checks = [json.loads(line) for line in run.stdout.splitlines()]
    return run.returncode, {check["check"]: check for check in checks}


def test_with_a_card_it_hears_and_speaks(card: VirtualCard, tmp_path: Path) -> None:
    code, checks = doctor(tmp_path / "config.yaml", card.env)
    assert code == 0, checks
    assert set(checks) == CHECKS
    assert checks["recogniser"]["status"] == "ok"
    assert checks["speaker"]["status"] == "ok"
    assert "Luna" in checks["name"]["detail"]
    assert "dBFS" in checks["microphone"]["detail"]
    assert checks["round trip"]["status"] == "warning"
    assert checks["round trip"]["fix"]


def test_without_a_card_it_says_what_is_missing(tmp_path: Path) -> None:
    code, checks = doctor(tmp_path / "config.yaml", {"PULSE_SERVER": "unix:/nowhere"})
    assert code == 1
    for name in ("microphone", "speaker"):
        assert checks[name]["status"] == "failed"
        assert "Plug one in" in checks[name]["detail"] + checks[name]["fix"]
    assert checks["recogniser"]["status"] == "ok"
