from tests.lanes.checks import REPO
from tests.lanes.faults import FAULTS, read_rows, render_rows

REPORT = """<testsuites><testsuite name="pytest" tests="4">
<testcase name="test_fault_08_name_is_taken"><properties>
<property name="lab" value="ns"/><property name="figure" value="3 names"/></properties></testcase>
<testcase name="test_fault_11_many"><properties>
<property name="lab" value="ns"/><property name="figure" value="3.1 s"/></properties></testcase>
<testcase name="test_fault_11_many_on_the_kernel"><properties>
<property name="lab" value="vm"/><property name="figure" value="9 s"/></properties>
<failure message="no"/></testcase>
<testcase name="test_something_else"/>
</testsuite></testsuites>"""


def rows(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    return read_rows(report)


def test_a_fault_passes_when_all_its_tests_do(tmp_path):
    found = {row.number: row.verdict for row in rows(tmp_path)}
    assert list(found) == list(FAULTS)
    assert (found[8], found[11], found[13]) == ("pass", "FAIL", "no test")


def test_table_has_a_line_for_each_fault_with_figures_and_labs(tmp_path):
    lines = render_rows(rows(tmp_path)).splitlines()
    assert len(lines) == 3, "what was not asked for is left out"
    eight, eleven = (line.split(maxsplit=1) for line in lines[1:])
    assert eight[0] == "8"
    assert FAULTS[8] in eight[1]
    assert eight[1].endswith("pass    ns      3 names")
    assert eleven[1].endswith("FAIL    ns+vm   3.1 s; 9 s")


def test_every_file_of_the_lane_is_a_fault_of_the_list():
    files = {path.stem for path in (REPO / "tests/faults").glob("test_*.py")}
    assert files <= {f"test_fault_{number:02}" for number in FAULTS}
