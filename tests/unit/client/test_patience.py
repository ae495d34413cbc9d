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
