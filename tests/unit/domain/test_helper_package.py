"""How the helper gets onto a distribution."""

import pytest

from wgdesk.domain.helper_package import COMMAND, install_words, parse_os_release


@pytest.mark.parametrize(
    "text", ["ID=debian", 'ID=linuxmint\nID_LIKE="ubuntu debian"', "# x\nNAME='A'\nID=ubuntu\n"]
)
def test_debian_and_its_kin_have_a_command(text):
    assert COMMAND in install_words(parse_os_release(text))


def test_others_are_told_that_there_is_none():
    words = install_words(parse_os_release('NAME="Fedora Linux"\nID=fedora\nODD="\n'))
    assert words == "There is no package of the helper for Fedora Linux yet."
    assert "this system" in install_words({})
