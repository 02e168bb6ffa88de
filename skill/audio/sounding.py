"""A prompt while a sound card takes it, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.audio.frames import Samples


@dataclass(slots=True, eq=False)
class Sounding:
    """(n,) int16 at the card's rate, `position` of the next sample; negative: still to wait.

    `key` is None once it is cut. Times are monotonic seconds: when its first sample and what
    follows its last one leave the speaker; None until the card has taken them.
    """

    samples: Samples
    rate_hz: int
    position: int
    key: str | None = None
    began_at: float | None = None
    ended_at: float | None = None

    def cut(self, fade_out_s: float) -> None:
        """Fade out what is left within `fade_out_s`; leave out all of it when it has not begun."""
        self.key = None
        heard = max(self.position, 0)
        length = round(max(fade_out_s, 0.0) * self.rate_hz) if heard else 0
        tail = self.samples[heard : heard + length]
        falling = np.linspace(1, 0, len(tail), dtype=np.float32)
        self.samples = np.concatenate([self.samples[:heard], (tail * falling).astype(np.int16)])

    def mix_into(self, block: NDArray[np.int32], leaves_at: float) -> None:
        """Add its next samples to a block whose first sample leaves the speaker at `leaves_at`."""
        begin = max(-self.position, 0)
        if begin >= len(block):
            self.position += len(block)
            return
        self.position += begin
        if self.began_at is None:
            self.began_at = leaves_at + begin / self.rate_hz
        part = self.samples[self.position : self.position + len(block) - begin]
        block[begin : begin + len(part)] += part
        self.position += len(part)
        if self.position >= len(self.samples):
            self.ended_at = leaves_at + (begin + len(part)) / self.rate_hz
