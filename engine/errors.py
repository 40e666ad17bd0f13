"""Everything the project raises on purpose.

DrumigenError
├── UserError          a file, key, address or value the user can mend; shown without a traceback
│   ├── ConfigError    config.yaml or the command line
│   ├── MappingError   a style, kit or controller file
│   ├── ControlError   a control that is not there, or a value it does not take
│   ├── WeightsError   a weights file that is missing, damaged or of another make
│   ├── TakeError      a take that cannot be read
│   └── DeliveryError  a clip that did not get where it was to go
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


class TakeError(UserError):
    """A take's file that is not there, cannot be read, or holds no such bars."""


class DeliveryError(UserError):
    """A clip did not get to a folder or into Live; says what is there of it, and the remedy."""


class AbsentError(DeliveryError):
    """Whom a clip was for is not there: neither it nor we did anything wrong."""


class TransitionError(DrumigenError):
    """The transport got an event its table has no row for."""
