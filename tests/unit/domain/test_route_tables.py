import pytest

from wgdesk.domain.route_tables import find_table

SHARED = "255\tlocal\n254\tmain\n# 7 commented\n100 vpn # ours\n0x65\thex\n"
OWN = "200 vpn\nnonsense\n-1 odd\n4294967296 big\nx odd2\n7 two words\n"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("main", 254),
        ("vpn", 200),
        ("hex", 101),
        ("commented", None),
        ("odd", None),
        ("big", None),
        ("odd2", None),
        ("two", None),
        ("absent", None),
    ],
)
def test_find_table_reads_as_iproute2_does_and_the_last_file_counts(name, number):
    assert find_table((SHARED, OWN), name) == number


def test_find_table_without_files_finds_nothing():
    assert find_table((), "vpn") is None
