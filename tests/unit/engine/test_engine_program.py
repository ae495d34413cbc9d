import pytest

from wgdesk.engine import engine_program
from wgdesk.engine.engine_program import PROGRAM_PLACES, build_text, find_program, version_of


@pytest.fixture
def program(tmp_path):
    def make(module: bytes, name: str = "wireguard-go"):
        path = tmp_path / name
        path.write_bytes(b"\x7fELF\0\xff Go buildinf:\0\npath\tgolang.zx2c4.com/wireguard" + module)
        path.chmod(0o755)
        return path

    return make


@pytest.mark.parametrize(
    ("module", "version"),
    [
        (b"v0.0.0-20260522210424-ecfc5a8d5446\th1:cqHQ=\n", "0.0.20260522"),
        (b"v0.0.20250522\n", "0.0.20250522"),
        (b"v1.2.3\th1:x\n", "1.2.3"),
        (b"(devel)\n", ""),
        (b"v" + b"9" * 65 + b"\n", ""),
    ],
)
def test_the_version_is_that_of_the_module(program, module, version):
    assert version_of(program(b"\nmod\tgolang.zx2c4.com/wireguard\t" + module)) == version


def test_a_program_that_does_not_tell_has_none(program, tmp_path):
    assert version_of(program(b"\nbuild\t-compiler=gc\n")) == ""
    assert version_of(tmp_path / "absent") == ""


def test_a_new_program_in_the_same_place_tells_anew(program):
    prefix = b"\nmod\tgolang.zx2c4.com/wireguard\t"
    assert version_of(program(prefix + b"v0.0.1\t\n")) == "0.0.1"
    assert version_of(program(prefix + b"v0.0.12\t\n")) == "0.0.12"


def test_the_text_says_whose_build_it_is(program, monkeypatch):
    path = program(b"\nmod\tgolang.zx2c4.com/wireguard\tv0.0.7\t\n")
    assert build_text(path) == "the distribution's build"
    monkeypatch.setattr(engine_program, "BUNDLED", path)
    assert build_text(path) == "the bundled build 0.0.7"
    monkeypatch.setattr(engine_program, "BUNDLED", path.with_name("other"))
    assert build_text(path.with_name("other")) == "the bundled build"


def test_the_bundled_one_comes_first_and_only_programs_count(program, tmp_path):
    assert PROGRAM_PLACES[0] == engine_program.BUNDLED
    first, second = program(b"", "first"), program(b"", "second")
    assert find_program((first, second)) == first
    first.chmod(0o644)
    assert find_program((tmp_path / "absent", first, second)) == second
    assert find_program((first,)) is None
