"""Everything the project raises on purpose.

DrumigenError
├── UserError          a file, key, address or value the user can mend; shown without a traceback
│   ├── ConfigError    config.yaml or the command line
│   ├── MappingError   a style, kit or controller file
│   ├── ControlError   a control that is not there, or a value it does not take
│   └── WeightsError   a weights file that is missing, damaged or of another make
└── TransitionError    a bug of ours: the transport was asked for what its table lacks
"""


class DrumigenError(Exception):
    """Root of the tree."""


class UserError(DrumigenError):
    """Says which file, key or address, which value, and what is allowed."""


class ConfigError(UserError):
    """config.yaml or an argument of the command line."""


class MappingError(UserError):
    """A style, kit or controller file."""


class ControlError(UserError):
    """An unknown control, or a value out of its kind."""


class WeightsError(UserError):
    """A weights file that cannot be played from."""


class TransitionError(DrumigenError):
    """The transport got an event its table has no row for."""
