"""Everything the composer learns from: what was played, and synthetic pieces."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from model.composer.measures import Scales
from model.composer.tokens import Vocabulary
from model.training.groove import Phrase
from model.training.pieces import TrainingPiece, crossed, prepare

HELD_OUT = ("validation", "session")  # splits that are measured; see model.training.groove


class Corpus:
    """Everything to learn from: pieces by split and the names of the styles."""

    def __init__(self, phrases: Sequence[Phrase], vocabulary: Vocabulary) -> None:
        played = [phrase for phrase in phrases if phrase.player != "synthetic"]
        self.styles = tuple(sorted({phrase.style for phrase in phrases}))
        self.synthetic = tuple(sorted({p.style for p in phrases if p.player == "synthetic"}))
        numbers = {name: number for number, name in enumerate(self.styles)}
        training = [p for p in phrases if p.split == "train"]
        self.scales = Scales.of((phrase.style, bar) for phrase in training for bar in phrase.bars)
        self.numbers, self.vocabulary = numbers, vocabulary
        self.train = prepare(training, vocabulary, numbers)
        self.held_out = {
            split: prepare([p for p in played if p.split == split], vocabulary, numbers)
            for split in HELD_OUT
        }

    def again(self, dice: Random, share: float) -> list[TrainingPiece]:
        """The pieces for another pass, a `share` of those that were played crossed."""
        return [
            crossed(piece, self.vocabulary, self.numbers, dice)
            if piece.phrase.player != "synthetic" and dice.random() < share
            else piece
            for piece in self.train
        ]
