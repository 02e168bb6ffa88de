"""Which numbers a household hears, by its country or as it sets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.config import Settings, laid_over, load_settings
from skill.country import countries, read_countries
from skill.errors import FileFaultsError, UncrampError


@pytest.mark.parametrize(
    ("country", "emergency", "urgent"),
    [("US", "911", ""), ("GB", "999", "111"), ("DE", "112", "116117"), ("NO", "113", "116117"),
     ("AU", "000", "1800 022 222"), ("", "", "")],
)  # fmt: skip
def test_the_country_gives_the_numbers(country: str, emergency: str, urgent: str) -> None:
    settings = laid_over(Settings(), {"country": country})
    assert (settings.emergency, settings.urgent) == (emergency, urgent)


def test_a_number_that_is_set_wins_over_the_country() -> None:
    settings = laid_over(Settings(), {"country": "GB", "urgent_number": "0800 12 34"})
    assert (settings.emergency, settings.urgent) == ("999", "0800 12 34")


def test_every_country_has_an_emergency_number_and_a_source() -> None:
    assert len(countries()) >= 30
    for code, country in countries().items():
        assert country.emergency.isdigit(), code
        assert country.source, code


def test_an_unknown_country_is_told_with_its_line_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("name: Luna\ncountry: XX\n", encoding="utf-8")
    with pytest.raises(FileFaultsError) as faults:
        load_settings(file)
    assert str(faults.value).startswith(f"{file}:2: 'country': no numbers are known for 'XX'")
    assert "emergency_number" in str(faults.value)
    with pytest.raises(UncrampError):
        laid_over(Settings(), {"country": "gb"})


def test_a_mistake_in_the_numbers_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "numbers.yaml"
    file.write_text("countries:\n  US: {emergency: nine, source: me}\n", encoding="utf-8")
    with pytest.raises(FileFaultsError) as faults:
        read_countries(file)
    assert str(faults.value).startswith(f"{file}:2: 'emergency': must be a phone number")
