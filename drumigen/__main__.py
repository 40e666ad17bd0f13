"""`python -m drumigen`: the same as `drumigen`."""

import sys

from drumigen.command_line import main

if __name__ == "__main__":
    sys.exit(main())
