"""The questions of `uncramp setup`; what is set already is offered as the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from skill.config import Person, Settings, laid_over
from skill.country import Country, countries
from skill.errors import UncrampError
from skill.setup.texts import SetupTexts

UNKNOWN = Country(emergency="", source="")
EMPTY = "-"  # an answer that empties what was set


class Asker(Protocol):
    """Asks at a terminal, again and again until the answer passes `check`."""

    def __call__(self, question: str, default: str, check: Callable[[str], str]) -> str:
        """Return the checked answer; `check` raises UncrampError for one that will not do."""


class Interview:
    """One interview; `settings` are those in force."""

    def __init__(
        self,
        texts: SetupTexts,
        settings: Settings,
        ask: Asker,
        tell: Callable[[str], None],
        name_fault: Callable[[str], str | None],
    ) -> None:
        self._texts = texts
        self._before = settings
        self._ask = ask
        self._tell = tell
        self._name_fault = name_fault

    def hold(self) -> dict[str, Any]:
        """Ask everything; return the settings that were asked for, by their names."""
        texts, before = self._texts, self._before
        self._tell(texts.keep)
        country = self._setting("country", texts.country, before.country)
        answers = {"country": country}
        of_country = countries().get(country, UNKNOWN)
        if of_country is not UNKNOWN:
            self._tell(texts.check_numbers)
        for key, question, own, given in (
            ("emergency_number", texts.emergency, before.emergency_number, of_country.emergency),
            ("urgent_number", texts.urgent, before.urgent_number, of_country.urgent),
        ):
            number = self._setting(key, question, own or given)
            answers[key] = "" if number == given else number
        answers["name"] = self._setting("name", texts.name, before.name)
        return {**answers, "persons": self._persons()}

    def _setting(self, key: str, question: str, default: str) -> str:
        def check(answer: str) -> str:
            value = "" if answer == EMPTY else answer
            value = value.upper() if key == "country" else value
            laid_over(self._before, {key: value})
            fault = self._name_fault(value) if key == "name" else None
            if fault is not None:
                raise UncrampError(fault, self._texts.another_name)
            return value

        return self._ask(question, default, check)

    def _persons(self) -> list[dict[str, Any]]:
        texts, persons = self._texts, list[dict[str, Any]]()
        self._tell(texts.about_persons)
        for number, words in enumerate(texts.groups.values(), start=1):
            self._tell(f"{number:>4}  {words}")
        known = list(self._before.persons)
        while True:
            before = known.pop(0) if known else None
            question = texts.more_persons if persons else texts.person
            name = self._ask(question, before.name if before else "", str.strip)
            if name and name != EMPTY:
                persons.append({"name": name, "groups": self._groups(name, before)})
            elif before is None:
                return persons

    def _groups(self, name: str, before: Person | None) -> list[str]:
        groups = list(self._texts.groups)
        chosen: list[str] = []

        def check(answer: str) -> str:
            words = [] if answer == EMPTY else answer.replace(",", " ").split()
            numbers = [int(word) if word.isdecimal() else 0 for word in words]
            if not all(1 <= number <= len(groups) for number in numbers):
                raise UncrampError(self._texts.no_such_group)
            chosen[:] = [groups[number - 1] for number in sorted(set(numbers))]
            return answer

        had = [str(groups.index(group) + 1) for group in before.groups] if before else []
        self._ask(self._texts.groups_of.replace("{name}", name), " ".join(had), check)
        return list(chosen)
