import threading

import pytest

from wgdesk.client.patience import within


def test_the_result_comes_back_and_so_does_an_error():
    assert within(5, lambda: "done") == "done"
    assert within(5, lambda: None) is None
    with pytest.raises(KeyError, match="wrong"):
        within(5, lambda: {}["wrong"])


def test_work_that_hangs_is_left_behind():
    never = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, never.wait)
    never.set()


def test_many_pieces_of_work_need_one_thread_which_ends_with_its_owner():
    def names():
        return [it.name for it in threading.enumerate()].count("patience")

    seen = []

    def work():
        before = names()
        seen.extend({within(5, threading.get_ident) for _ in range(50)})
        assert names() == before + 1

    before = names()
    owner = threading.Thread(target=work)
    owner.start()
    owner.join()
    assert len(seen) == 1
    for _ in range(500):
        if names() == before:
            break
        threading.Event().wait(0.01)
    assert names() == before


def test_after_one_that_hangs_there_is_another():
    never = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, never.wait)
    assert within(5, lambda: "served") == "served"
    never.set()
