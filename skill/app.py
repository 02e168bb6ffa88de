"""The only module that knows all parts: it builds them from the settings and connects them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from skill.audio.capture_records import CaptureSettings
from skill.audio.file_speaker import FileSpeaker
from skill.audio.frames import Samples, Speaker
from skill.audio.gate import Gate, GateSettings
from skill.audio.microphone import LiveMicrophone
from skill.audio.speaker import LiveSpeaker
from skill.companion import Companion, Observed, Prompts, Reaction, unobserved
from skill.config import Settings, laid_over, time_of_day
from skill.daemon.bench import Material, measure
from skill.daemon.doctor import Examination
from skill.daemon.evening import Evening
from skill.daemon.live import ended_by_signals, listen, play_through
from skill.dialog.attention import always_open
from skill.dialog.conversation import Conversation, ConversationSettings
from skill.dialog.loader import load_script
from skill.dialog.script import Script
from skill.dialog.wording import protocol_lines
from skill.dialog_files import check_dialogs
from skill.errors import FileFaultsError, ModelError, StorageError, UncrampError
from skill.hearing import models
from skill.hearing.listener import Listener, Silences
from skill.hearing.moonshine import MoonshineRecognizer
from skill.hearing.pronunciation import EspeakPronunciation
from skill.hearing.recognizer import Recognizer
from skill.hearing.vosk import VoskRecognizer
from skill.interpretation import Context, Interpretation
from skill.rehearsal.hear import (
    SilentPrompts,
    coached_to_first_check,
    hear_file,
    heard_by,
    heard_text,
)
from skill.resources import data_dir, dialogs_dir, tests_dir
from skill.understanding.classifier import Classifier
from skill.understanding.interpreter import Interpreter
from skill.voice.prompts import PromptCache, default_folder
from skill.voice.say import say
from skill.voice.voices import choose_voice

_LOG = logging.getLogger(__name__)
MOONSHINE_LANGUAGES = frozenset({"en"})  # of the model in its wheel
GATE_OUTLASTS_S = 1.0  # the capture gate stays open until the end of an utterance is certain


@dataclass
class App:
    """The parts of one installation, built when first needed."""

    settings: Settings
    language: str = "en"

    @cached_property
    def dialogs(self) -> Path:
        """The folder of what is said and understood."""
        folder = dialogs_dir(self.language)
        if not folder.is_dir():
            languages = sorted(path.name for path in folder.parent.iterdir() if path.is_dir())
            raise UncrampError(
                f"There are no dialogs in the language '{self.language}'.",
                f"There are: {', '.join(languages)}.",
            )
        return folder

    @cached_property
    def script(self) -> Script:
        """Everything that may be said."""
        return load_script(self.dialogs)

    @cached_property
    def interpreter(self) -> Interpreter:
        """What understands a transcript."""
        pronounce = EspeakPronunciation(self.language)
        model = data_dir("models") / f"understanding-{self.language}.npz"
        classifier = Classifier(model, pronounce) if model.is_file() else None
        settings = self.settings
        return Interpreter(
            self.dialogs / "sentences", settings.name, pronounce, classifier, settings.thresholds
        )

    @cached_property
    def prompts(self) -> PromptCache:
        """The rendered prompts of the configured voice."""
        return PromptCache(default_folder(), choose_voice(self.settings.voice, self.language))

    @cached_property
    def recognizer(self) -> Recognizer:
        """The configured engine: Vosk where a model for the language is installed, or Moonshine.

        Raises ModelError when the configured engine has no model.
        """
        model = models.installed(self.language) if self.settings.engine != "moonshine" else None
        if model is not None and model.folder is not None:
            return VoskRecognizer(model.folder, self.interpreter.phrases())
        if self.settings.engine == "vosk" or self.language not in MOONSHINE_LANGUAGES:
            raise ModelError(
                f"No Vosk model for '{self.language}' is installed.", "Run: uncramp models fetch"
            )
        return MoonshineRecognizer()

    def conversation(self, *, always_addressed: bool = False) -> Conversation:
        """Return a new conversation, idle; `always_addressed` leaves its attention window open."""
        settings = self.settings
        return Conversation(
            self.script,
            ConversationSettings(
                emergency_number=settings.emergency,
                urgent_number=settings.urgent,
                facts=settings.facts,
                alone=settings.alone,
                attention=(
                    always_open(settings.attention) if always_addressed else settings.attention
                ),
            ),
        )

    @property
    def silences(self) -> Silences:
        """How long a silence ends an utterance."""
        return Silences(
            usual_s=self.settings.end_silence_seconds,
            unfinished_s=self.settings.unfinished_silence_seconds,
        )

    def listener(self) -> Listener:
        """Return a new listener in a fresh state, which can wait for the longest silence."""
        gate = Gate(GateSettings(silence_s=self.silences.longest_s))
        return Listener(gate, self.recognizer)

    def changed(self, changes: dict[str, Any]) -> App:
        """Return an installation with some settings changed, sharing the parts that are not."""
        settings = laid_over(self.settings, changes)
        other = replace(self, settings=settings)
        shared: dict[str, object] = {"script": self.script}
        if settings.engine == self.settings.engine:
            shared["recognizer"] = self.recognizer
        if settings.name == self.settings.name and settings.thresholds == self.settings.thresholds:
            shared["interpreter"] = self.interpreter
        other.__dict__.update(shared)
        return other

    def render_prompts(self, protocols: Collection[str] = ()) -> None:
        """Render the prompts that are not in the cache yet, with a progress bar.

        With `protocols` (`P1`) only their lines and those shared by all; others are rendered
        when they are needed, which a rehearsal can wait for and a night can not.
        """
        script, texts = self.script, self.conversation().texts()
        wanted = set(texts)
        if protocols:
            wanted = {*script.shared.lines, *script.shared.questions}
            for protocol in protocols:
                wanted |= {line_id for line_id, _ in protocol_lines(script.protocols[protocol])}
        self.prompts.render_all([texts[line_id] for line_id in sorted(wanted)], progress=True)

    def hear(
        self, files: Iterable[Path], *, coaching: bool, addressed: bool
    ) -> Iterator[dict[str, Any]]:
        """Yield what `uncramp hear` tells of each recording, each from a fresh state."""
        for file in files:
            companion = self.fresh_companion(always_addressed=addressed)
            if coaching:
                companion.now = coached_to_first_check(companion.conversation)
            yield hear_file(file, companion)

    def reactions(self, samples: Samples, *, coaching: bool) -> list[Reaction]:
        """Return what (n,) int16 mono 16 kHz leads to, heard from a fresh state."""
        companion = self.fresh_companion()
        if coaching:
            companion.now = coached_to_first_check(companion.conversation)
        return heard_by(companion, samples)

    def fresh_companion(self, *, always_addressed: bool = False) -> Companion:
        """Return a companion in a fresh state whose speaker is silent."""
        return self.companion(
            FileSpeaker(), prompts=SilentPrompts(), always_addressed=always_addressed
        )

    def companion(
        self,
        speaker: Speaker,
        *,
        prompts: Prompts | None = None,
        always_addressed: bool = False,
        observe: Callable[[float, Observed], None] = unobserved,
    ) -> Companion:
        """Return a companion in a fresh state that speaks through `speaker`."""
        return Companion(
            conversation=self.conversation(always_addressed=always_addressed),
            interpreter=self.interpreter,
            prompts=prompts or self.prompts,
            speaker=speaker,
            listener=self.listener(),
            observe=observe,
            silences=self.silences,
        )

    def interpret(self, text: str, context: Context) -> Interpretation:
        """Return the meaning of one utterance."""
        return self.interpreter.interpret(text, context)

    def bench(self) -> dict[str, Any]:
        """Return what `uncramp bench` prints; takes some minutes."""
        night = self.dialogs / "night"
        return measure(
            self,
            Material(
                complaint=night / "my-calf-is-cramping.flac",
                other_talk=night / "did-you-put-the-bins-out-tonight.flac",
                sets=tests_dir(),
                microphone=self.settings.microphone,
            ),
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Listen and coach on the configured microphone and speaker until SIGTERM.

        Raises AudioError when there is no such device or one is lost.
        """
        if (fault := self.name_fault()) is not None:
            _LOG.warning("%s Choose another one: uncramp setup", fault)
        with ended_by_signals():
            with suppress(StorageError):  # told in the log
                self.render_prompts()
            companion = self.companion(LiveSpeaker(self.settings.speaker))
            companion.now = time.monotonic()
            microphone = LiveMicrophone(
                CaptureSettings(
                    device=self.settings.microphone,
                    hold_s=self.silences.longest_s + GATE_OUTLASTS_S,
                )
            )
            try:
                ready()
                at = time_of_day(self.settings.evening)
                listen(companion, microphone, Evening(at, datetime.now()))
            finally:
                microphone.close()
                companion.speaker.close()

    def say(self, text: str, out: Path | None, voice: str | None) -> None:
        """Speak `text` into a WAV file, or through the speaker."""
        speech = say(text, out, choose_voice(voice or self.settings.voice, self.language))
        if out is None:
            play_through(LiveSpeaker(self.settings.speaker), speech)

    def examination(self) -> Examination:
        """Return what `uncramp doctor` examines."""
        recording = self.dialogs / "night" / "my-calf-is-cramping.flac"
        return Examination(
            patient=self,
            microphone=self.settings.microphone,
            speaker=self.settings.speaker,
            recording=recording,
            recorded_text=recording.stem.replace("-", " "),
            spoken_text=self.conversation().texts()["P1.first"],
            name=self.settings.name,
        )

    def read_dialogs(self) -> str:
        """Return how much the dialogs hold; raise FileFaultsError on mistakes."""
        faults = check_dialogs(self.dialogs)
        if faults:
            raise FileFaultsError(faults)
        return f"{len(self.conversation().texts())} lines in '{self.language}', no mistakes."

    def name_fault(self) -> str | None:
        """Return why the configured name will not be recognised well; None when it will."""
        return self.interpreter.name_fault(self.settings.name)

    def missing_prompts(self) -> int:
        """Return how many prompts are not rendered yet."""
        return len(self.prompts.missing(self.conversation().texts().values()))

    def spoken(self, text: str) -> Samples:
        """Return `text` in the configured voice."""
        return self.prompts.get(text)

    def heard(self, samples: Samples) -> str:
        """Return what the configured recogniser hears in (n,) int16 mono 16 kHz."""
        return heard_text(samples, self.recognizer)

    def person_says(self, text: str, voice: str) -> Samples:
        """Return `text` in a voice of its own, for the person in a rehearsal."""
        return PromptCache(default_folder(), choose_voice(voice, self.language)).get(text)
