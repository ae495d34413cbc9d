"""The life of a tunnel: the table below is the whole of it."""

import itertools

import pytest

from wgdesk.domain.state import (
    Adopted,
    Broke,
    Effect,
    Failed,
    Falling,
    Lost,
    Lower,
    Lowered,
    Mending,
    Off,
    Raise,
    Raised,
    Rising,
    Step,
    Up,
    step,
)

STATES = (Off(), Rising(), Up(), Mending("crash"), Falling(), Falling("gone"), Failed("why"))
EVENTS = (Raise(), Raised(), Lower(), Lowered(), Broke("bad"), Lost("crash"), Adopted())
MOVES = {
    (Off(), Raise()): Step(Rising(), Effect.RAISE),
    (Failed("why"), Raise()): Step(Rising(), Effect.RAISE),
    (Rising(), Raised()): Step(Up()),
    (Rising(), Broke("bad")): Step(Failed("bad")),
    (Rising(), Lower()): Step(Falling(), Effect.LOWER),
    (Up(), Lower()): Step(Falling(), Effect.LOWER),
    (Up(), Broke("bad")): Step(Falling("bad"), Effect.LOWER),
    (Off(), Adopted()): Step(Up()),
    (Up(), Lost("crash")): Step(Mending("crash"), Effect.MEND),
    (Mending("crash"), Raised()): Step(Up()),
    (Mending("crash"), Broke("bad")): Step(Falling("bad"), Effect.LOWER),
    (Mending("crash"), Lower()): Step(Falling(), Effect.LOWER),
    (Falling(), Lowered()): Step(Off()),
    (Falling("gone"), Lowered()): Step(Failed("gone")),
    (Falling(), Broke("bad")): Step(Failed("bad")),
    (Falling("gone"), Broke("bad")): Step(Failed("gone")),
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(STATES, EVENTS)))
def test_step_follows_the_table_and_ignores_every_other_pair(state, event):
    assert step(state, event) == MOVES.get((state, event))


def test_every_move_of_the_table_is_tried():
    assert set(MOVES) <= set(itertools.product(STATES, EVENTS))
