"""A person at the bedside, in pure time: says things, waits, and notes what is said to them."""

from __future__ import annotations

from skill.actions import Action, EpisodeEnded, Say, StopSpeaking
from skill.dialog.conversation import Conversation
from skill.dialog.stage import State
from skill.events import Event, Heard, PromptFinished, TimePassed
from skill.interpretation import Interpretation

WORD_S = 0.35


class Bedside:
    """Drives a conversation. `said` is the list of (time, Say)."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.now = 0.0
        self.said: list[tuple[float, Say]] = []
        self.episodes: list[EpisodeEnded] = []
        self.longest_silence = 0.0
        self.silent_after = ""
        self._silent_since: float | None = None
        self._speaking: tuple[str, float] | None = None

    def hears(
        self, intent: str, confidence: float = 1.0, addressed: bool = False, **slots: str
    ) -> None:
        """The person says something with this intent and these slots."""
        if intent == "cramp":
            slots = {"site": "unknown", "side": "none", "who": "self", **slots}
        said = Interpretation(intent, intent, slots, confidence, "template", addressed)
        self._handle(Heard(said))

    def danger(self, line: str, flag: str = "", level: str = "emergency") -> None:
        self.hears("emergency", line=line, flag=flag, level=level)

    def handle(self, event: Event) -> None:
        self._handle(event)

    def wait(self, seconds: float) -> None:
        """Nothing is said for some seconds."""
        end = self.now + seconds
        while (at := self._next_time()) is not None and at <= end:
            self._step(at)
        self.now = end

    def until(self, prompt: str, within: float = 120.0) -> None:
        """Wait until a prompt has been said to its end; fail when it is not in time."""
        end, before = self.now + within, len(self.said)
        while (at := self._next_time()) is not None and at <= end:
            self._step(at)
            if self._speaking is None and any(s.prompt == prompt for _, s in self.said[before:]):
                return
        raise AssertionError(f"{prompt} was not said within {within} s: {self.prompts[-8:]}")

    def until_idle(self, within: float) -> float:
        """Wait for silence; return how long it took, seconds."""
        start = self.now
        while self.state is not State.IDLE:
            at = self._next_time()
            assert at is not None, f"hangs in {self.state} after {self.prompts[-5:]}"
            assert at - start <= within, f"still {self.state} after {within} s: {self.prompts[-8:]}"
            self._step(at)
        return self.now - start

    @property
    def state(self) -> State:
        return self.conversation.state

    @property
    def speaking(self) -> str | None:
        """The prompt being said now."""
        return self._speaking[0] if self._speaking else None

    @property
    def prompts(self) -> list[str]:
        return [say.prompt for _, say in self.said]

    @property
    def last(self) -> str:
        return self.prompts[-1]

    def _next_time(self) -> float | None:
        times = [self.conversation.due, self._speaking[1] if self._speaking else None]
        known = [time for time in times if time is not None]
        return min(known) if known else None

    def _step(self, at: float) -> None:
        self.now = max(self.now, at)
        if self._speaking is not None and self._speaking[1] <= self.now:
            prompt, self._speaking = self._speaking[0], None
            self._handle(PromptFinished(prompt))
        else:
            self._handle(TimePassed())

    def _handle(self, event: Event) -> None:
        for action in self.conversation.handle(event, self.now):
            self._do(action)
        self._note_silence()

    def _note_silence(self) -> None:
        """Measure silences while coaching that are not a paced hold."""
        holding = self.conversation.breathing
        if self.state is not State.COACHING or holding or self._speaking is not None:
            if self._silent_since is not None and self.now - self._silent_since > (
                self.longest_silence
            ):
                self.longest_silence = self.now - self._silent_since
                self.silent_after = self.prompts[-2] if len(self.prompts) > 1 else self.last
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = self.now

    def _do(self, action: Action) -> None:
        match action:
            case Say():
                self.said.append((self.now, action))
                self._speaking = (action.prompt, self.now + len(action.text.split()) * WORD_S)
            case StopSpeaking():
                self._speaking = None
            case EpisodeEnded():
                self.episodes.append(action)
