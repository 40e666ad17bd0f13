"""Bytes that a seeded fuzzer makes of good ones: the same for the same seed, everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

# What readers trip over: ends of ranges, status bytes, starts of lengths.
_TELLING = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x90, 0x99, 0xC9, 0xF0, 0xF6, 0xF7, 0xF8, 0xFA, 0xFF)


def mutated(good: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    """`count` byte strings, each a good one with one to eight wounds."""
    random = Random(seed)
    for _ in range(count):
        data = bytearray(random.choice(good))
        for _ in range(random.randint(1, 8)):
            _wound(data, random, good)
        yield bytes(data)


def _wound(data: bytearray, random: Random, good: Sequence[bytes]) -> None:
    """Change, lose, repeat, insert or take from another: what disks, radios and programs do."""
    at = random.randrange(len(data) + 1)
    size = random.choice((1, 1, 2, 4, 16))
    match random.randrange(7):
        case 0:
            data[at : at + 1] = bytes([random.randrange(256)])
        case 1:
            data[at : at + 1] = bytes([random.choice(_TELLING)])
        case 2:
            data[at : at + 1] = bytes(byte ^ 1 << random.randrange(8) for byte in data[at : at + 1])
        case 3:
            del data[at : at + size]
        case 4:
            data[at:at] = data[at : at + size] * random.randint(1, 3)
        case 5:
            data[at:at] = random.randbytes(size)
        case _:
            other = random.choice(good)
            start = random.randrange(len(other) + 1)
            data[at : at + size] = other[start : start + random.randrange(64)]
    if random.random() < 0.02:
        del data[at:]
