import pytest

from tests.support.build import a_profile
from wgdesk.domain.errors import TableTaken, TableUnknown
from wgdesk.domain.profile import Table, TableMode
from wgdesk.engine import table_names
from wgdesk.engine.table_names import named_table


@pytest.fixture
def tables(tmp_path, monkeypatch):
    own, folder = tmp_path / "rt_tables", tmp_path / "rt_tables.d"
    folder.mkdir()
    own.write_text("254 main\n100 vpn\n")
    (folder / "office.conf").write_text("200 office\n254 mine\n")
    (folder / "notes.txt").write_text("300 notes\n")
    monkeypatch.setattr(table_names, "FILES", (tmp_path / "absent", own))
    monkeypatch.setattr(table_names, "FOLDERS", (folder, tmp_path / "none"))


def named(name: str) -> int | None:
    return named_table(a_profile(table=Table(TableMode.NAME, name=name)))


def test_names_are_looked_up_in_all_files(tables):
    assert (named("vpn"), named("office")) == (100, 200)
    assert named_table(a_profile()) is None
    assert named_table(a_profile(table=Table(TableMode.NUMBER, 7))) is None


def test_a_name_that_no_file_has_is_refused(tables):
    for name in ("absent", "notes"):
        with pytest.raises(TableUnknown, match=f"is called “{name}”"):
            named(name)


def test_another_name_of_a_system_table_is_refused(tables):
    with pytest.raises(TableTaken, match="table 254 belongs to the system itself"):
        named("mine")
