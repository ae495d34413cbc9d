"""When Python looks for garbage: not while somebody looks at the window. No Qt.

A full round over what 1,000 profiles and 10,000 peers are made of takes more than a tenth of a
second, in which no thread of the process can do anything. Hardly anything here needs it: values
refer to nothing that refers back to them, and go when nobody has them any more.
"""

import gc
from typing import Final

# Objects more than at the last round that make a round over the new ones. 10,000 peers that are all
# read anew are some 40,000 for a moment.
YOUNG: Final = 50_000
ROUNDS: Final = 100  # of these, that make one over the not quite so new
NEVER: Final = 1_000_000


def put_off() -> None:
    """From now on only the young are looked through; `catch_up` does the rest."""
    gc.set_threshold(YOUNG, ROUNDS, NEVER)


def pass_over() -> None:
    """Leave what there is now out of the next rounds; it takes no time."""
    gc.freeze()


def catch_up() -> None:
    """A full round over everything, for when nobody would notice."""
    gc.unfreeze()
    gc.collect()
