"""Desktop Entry Specification 1.5: what a desktop makes of what is written here."""

import shlex

import pytest

from wgdesk.client.desktop_entry import exec_line, find_keys, with_keys

TEXT = """\
# a comment
[Desktop Entry]
Type=Application
# Hidden = true
Name = wgdesk
Name[de]=wgdesk
Exec=wgdesk --hidden

[Desktop Action new]
Name=New
Exec=wgdesk new
"""


def test_keys_are_those_of_the_group_asked_for():
    found = find_keys(TEXT)
    assert found == {
        "Type": "Application",
        "Name": "wgdesk",
        "Name[de]": "wgdesk",
        "Exec": "wgdesk --hidden",
    }
    assert find_keys(TEXT, "Desktop Action new") == {"Name": "New", "Exec": "wgdesk new"}
    assert find_keys("Exec=no group\n") == {}


def test_changed_keys_leave_every_other_line_alone():
    changed = with_keys(TEXT, {"Exec": "other", "Hidden": None, "Terminal": "false"})
    assert changed == TEXT.replace("Exec=wgdesk --hidden\n", "Exec=other\nTerminal=false\n")
    assert with_keys(changed, {"Terminal": None, "Exec": "wgdesk --hidden"}) == TEXT


def test_a_group_that_is_not_there_comes_last():
    changed = with_keys(TEXT, {"Name": "Old"}, "Desktop Action old")
    assert changed == f"{TEXT}\n[Desktop Action old]\nName=Old\n"


@pytest.mark.parametrize(
    "value", ["a\\b", " leading", "two\nlines", "tab\t", "\\s", "Zürich, Café"]
)
def test_values_come_back_as_they_were_written(value):
    text = with_keys("[Desktop Entry]\n", {"Name": value})
    assert len(text.splitlines()) == 2
    assert find_keys(text) == {"Name": value}


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ("home", "home"),
        ("a b", '"a b"'),
        ("", '""'),
        ("100%", "100%%"),
        ("$(reboot)", '"\\$(reboot)"'),
        ('"', '"\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("`id`;x", '"\\`id\\`;x"'),
    ],
)
def test_an_argument_stays_one_argument(argument, written):
    assert exec_line(["wgdesk", argument]) == f"wgdesk {written}"
    # What is quoted here is quoted for a shell too, but for the field codes.
    assert shlex.split(exec_line([argument]).replace("\\`", "`").replace("\\$", "$")) == [
        argument.replace("%", "%%")
    ]
