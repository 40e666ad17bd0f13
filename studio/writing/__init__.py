"""Files written off stage: renders, humanized notes, training, the scorecard."""
