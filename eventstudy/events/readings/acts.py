"""An act that a sentence tells of, with those who do it and those to whom it is done, named or implied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eventstudy.events.actors.standing import Standing
from eventstudy.events.readings.frames import Reading
from eventstudy.events.readings.inferred import Antecedent, Named, with_inferred
from eventstudy.events.readings.recurring import Told
from eventstudy.events.readings.roles import Scene

__all__ = ["Act", "act_of"]


@dataclass(slots=True)
class Act:
    """What is told, who acts and who is acted on; ``by`` and ``on`` are their codes, each once."""

    told: Told
    source: Sequence[Named]
    target: Sequence[Named]
    by: tuple[str, ...]
    on: tuple[str, ...]

    @property
    def reading(self) -> Reading:
        """What the words say of it."""
        return self.told.reading

    @property
    def kind(self) -> str:
        """What kind of act it is."""
        return self.told.reading.meaning.kind

    def same_as(self, other: Act) -> bool:
        """Whether a sentence says an act again: "killed four in Odesa and wounded nine" is one assault."""
        a, b = self.reading, other.reading
        alike = a.meaning.rule == b.meaning.rule or (self.kind == other.kind and self.kind in _MANY_WORDS)
        return (
            alike
            and (a.polarity, a.modality, self.by) == (b.polarity, b.modality, other.by)
            and (set(self.on) <= set(other.on) or not other.on)
        )

    def complete(self, again: Act) -> None:
        """Take the target that only its second verb names: "laid down arms and gave themselves up to Peru"."""
        if not self.on:
            self.target, self.on = again.target, again.on


def act_of(standing: Standing, scene: Scene, told: Told, before: Antecedent, now: Antecedent) -> Act:
    """Find whose act it is; ``before`` are the actors of the sentence before, ``now`` those of the act before in it."""
    source, target = with_inferred(standing, scene, told.reading, (told.source, told.target), before, now)
    return Act(told, source, target, _codes(source), _codes(target))


def _codes(actors: Sequence[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([m.code for m in actors])) if actors else ()


_MANY_WORDS: Final = frozenset({"ASSAULT", "PROTEST"})  # "stormed a hotel and took guests hostage" is one attack
