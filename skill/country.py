"""The emergency and advice numbers of a country, from `dialogs/numbers.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from skill.resources import data_dir
from skill.yaml_file import Strict, YamlFile

LONGEST_NUMBER = 24
FILE_NAME = "numbers.yaml"


def _phone_number(number: str) -> str:
    if len(number) > LONGEST_NUMBER or set(number) - set("0123456789 +()/-"):
        raise ValueError("must be a phone number in quotes, such as '112'")
    return number


def _country_code(code: str) -> str:
    known = countries()
    if code and code not in known:
        raise ValueError(
            f"no numbers are known for '{code}'; there are {', '.join(sorted(known))}. Leave it "
            "out and give emergency_number and urgent_number"
        )
    return code


PhoneNumber = Annotated[str, AfterValidator(_phone_number)]
CountryCode = Annotated[str, AfterValidator(_country_code)]


class Country(Strict):
    """Whom to ring; `urgent` is empty where no line serves the whole country at night."""

    emergency: PhoneNumber
    urgent: PhoneNumber = ""
    source: str


class _Countries(Strict):
    countries: dict[Annotated[str, Field(pattern="^[A-Z]{2}$")], Country]


def read_countries(file: Path) -> dict[str, Country]:
    """Return the countries in `file` by ISO 3166 code; raise FileFaultsError on mistakes."""
    return YamlFile(file).read(_Countries).countries


@cache
def countries() -> dict[str, Country]:
    """Return the countries that ship with Uncramp."""
    return read_countries(data_dir("dialogs") / FILE_NAME)
