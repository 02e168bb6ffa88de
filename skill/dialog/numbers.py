"""How a phone number is spoken: digit by digit, or in words where it is not set."""

from __future__ import annotations

from pydantic import model_validator

from skill.yaml_file import Strict


class Numbers(Strict):
    """How the phone numbers are spoken."""

    emergency_unset: str
    urgent_unset: str
    digits: dict[str, str]

    @model_validator(mode="after")
    def _all_digits(self) -> Numbers:
        if set(self.digits) != set("0123456789"):
            raise ValueError("must give a word for each of the digits 0 to 9, in quotes")
        return self


def spell_number(number: str, numbers: Numbers) -> str:
    """Return a phone number digit by digit ("nine, one, one"); words are left as they are."""
    if not any(character.isdigit() for character in number):
        return number.strip()
    return ", ".join(numbers.digits[digit] for digit in number if digit in numbers.digits)
