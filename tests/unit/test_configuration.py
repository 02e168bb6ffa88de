"""The example configuration names every setting, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import yaml

from skill.config import Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / "docs" / "config.example.yaml"


def test_the_example_is_the_defaults() -> None:
    assert load_settings(EXAMPLE) == Settings()


def test_the_example_names_every_setting() -> None:
    named = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert set(named) == set(Settings.model_fields)
