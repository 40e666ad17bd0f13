"""What the name of a track says: words of several languages, as programs and people write them."""

from __future__ import annotations

import re
import unicodedata

# Wherever they stand in a name: "Bassdrum", "MyDrumkit", "Perkussion".
_PARTS = (
    *("drum", "percus", "perkus", "schlagzeug", "schlagwerk", "slagwerk", "batteri", "bateri"),
    *("trommel", "trommer", "trummor", "rummut", "bicí", "davul", "breakbeat", "hihat", "cymbal"),
    *(
        "ударн",
        "барабан",
        "ドラム",
        "ドラムス",
        "パーカッション",
        "드럼",
        "鼓",
        "打击",
        "打楽器",
        "τύμπανα",
    ),
)
# Words that name songs, too.
_WORDS = re.compile(
    r"\b(kits?|beats?|battery|kicks?|snares?|hats?|hh|toms?|crash|ride|claps?|rimshot|shaker|"
    r"tambourine|cowbell|congas?|bongos?|timbales|cajon)\b"
)
# They say that it is something else, or leave open what it is: "Steel drums", "Drum & Bass".
_PITCHED = re.compile(
    r"\b(bass|bassline|basse|bajo|baixo|basso|steel(pan)?|tongue|piano|keys|keyboard|guitar|guitare|guitarra|"
    r"gitarre|gtr|strings|lead|pad|organ|brass|horns?|sax|trumpet|flute|violin|cello|voice|vocals?|"
    r"vox|choir|melody|chords?|arp|harp|marimba|xylophone|vibraphone|glockenspiel)\b"
)
_BASS_DRUM = re.compile(r"\bbass ?drums?\b")


def says_drums(name: str) -> bool:
    """Whether a name says drums and nothing else."""
    plain = _plain(name)
    drums = any(_plain(part) in plain for part in _PARTS) or re.search(r"\bpercs?\b", plain)
    return bool(drums) and not _names_pitched(plain)


def hints_at_drums(name: str) -> bool:
    """Whether a name has a word of drummers in it that may mean something else."""
    plain = _plain(name)
    return _WORDS.search(plain) is not None and not _names_pitched(plain)


def says_pitched(name: str) -> bool:
    """Whether a name says another instrument."""
    return _names_pitched(_plain(name))


def _names_pitched(plain: str) -> bool:
    return _PITCHED.search(_BASS_DRUM.sub("", plain)) is not None


def _plain(name: str) -> str:
    """Lower case, without accents, words apart: "Hi-Hat 2" is "hihat 2", "BassDrum" "bass drum"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)", " ", name)
    folded = unicodedata.normalize("NFKD", apart.casefold())
    letters = "".join(one for one in folded if not unicodedata.combining(one))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split()).replace("hi hat", "hihat")
