"""Everything in a language's folder that may be wrong, checked together."""

from __future__ import annotations

from pathlib import Path

from skill.country import FILE_NAME as NUMBERS
from skill.country import read_countries
from skill.dialog.loader import check_folder, load_script
from skill.errors import Fault, FileFaultsError
from skill.setup.texts import FILE_NAME as SETUP
from skill.setup.texts import read_texts
from skill.understanding.interpreter import Interpreter
from skill.understanding.sentence_files import check_sentences
from skill.understanding.subjects import check_subjects


def check_dialogs(folder: Path) -> list[Fault]:
    """Return every mistake in the YAML files of one language's folder, and in numbers.yaml."""
    faults = [*check_folder(folder), *check_sentences(folder / "sentences")]
    if not faults:
        try:
            Interpreter(folder / "sentences")  # its cues and the signs of danger
            answers = load_script(folder).answers.answers
            faults.extend(check_subjects(folder / "subjects.yaml", answers))
        except FileFaultsError as error:
            faults.extend(error.faults)
    for file, read in ((folder / SETUP, read_texts), (folder.parent / NUMBERS, read_countries)):
        if file.exists():
            try:
                read(file)
            except FileFaultsError as error:
                faults.extend(error.faults)
    return faults
