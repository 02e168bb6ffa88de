"""Plays night files with an installation: what `uncramp rehearse` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from skill.app import App
from skill.audio.file_speaker import FileSpeaker
from skill.audio.recording import ScriptedMicrophone
from skill.errors import StorageError
from skill.rehearsal.night_file import load_night
from skill.rehearsal.rehearse import Rehearsal
from skill.rehearsal.transcript import NightTranscript


def rehearse(
    app: App,
    nights: Sequence[Path],
    out: Path,
    *,
    realtime: bool,
    print_line: Callable[[str], None],
) -> None:
    """Play night files (the bundled one when none is given); write sound and events to `out`.

    Raises ExpectationFailedError when a night does not go as written, StorageError when `out`
    cannot be written, FileFaultsError when a night file is wrong.
    """
    paths = list(nights) or [app.dialogs / "night" / "night.yaml"]
    for path in paths:
        folder = out if len(paths) == 1 else out / path.stem
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {folder} cannot be made: {error.strerror}.",
                "Choose another one with --out.",
            ) from None
        _rehearse_one(app, path, folder, realtime=realtime, print_line=print_line)


def _rehearse_one(
    app: App, path: Path, folder: Path, *, realtime: bool, print_line: Callable[[str], None]
) -> None:
    night = load_night(path)
    tonight = app.changed(night.config)
    with suppress(StorageError):  # told in the log; what cannot be kept is rendered again
        tonight.render_prompts(protocols=("P1",))
    transcript = NightTranscript(print_line)
    speaker = FileSpeaker()
    print_line(night.title)
    rehearsal = Rehearsal(
        night=night,
        folder=path.parent,
        companion=tonight.companion(speaker, observe=transcript.observe),
        microphone=ScriptedMicrophone(),
        speaker=speaker,
        transcript=transcript,
        synthesise=tonight.person_says,
        realtime=realtime,
    )
    try:
        rehearsal.run()
    finally:
        transcript.write(folder / "night.jsonl")
        speaker.save(folder / "night.wav")
