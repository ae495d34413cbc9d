import pytest

from wgdesk.sandbox.init import find_last_words


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            "starting\nhome: it failed\nERROR: (wghome) the engine lost its device\n",
            "home: it failed",
        ),
        ("one\ntwo\n", "two"),
        ("\n", "it said nothing"),
    ],
)
def test_last_words_are_the_services_own(log, words):
    assert find_last_words("home", log) == words
