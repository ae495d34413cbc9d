"""What is in the .debs, and what Debian's own tools say about it."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

from tests.labs import deb, programs
from tests.labs.installed import PROJECT

HELPER, WINDOW = "wgdesk-helper", "wgdesk"
# debhelper puts these beside what the table names.
ADDED = ("/usr/share/doc/", "/usr/share/lintian/", "/usr/lib/python3/dist-packages/wgdesk-")
ELF_AARCH64 = 0xB7
ALONE = """
import sys
import wgdesk.engine.this_machine
import wgdesk.helper.main
import wgdesk.engine.dns.program
print(*sorted(name for name in sys.modules if name.startswith(("wgdesk.ui", "wgdesk.client", "wgdesk.cli"))))
"""
# An interactive bash, as far as its completion goes: what Tab would offer behind the words.
BASH = """
. /usr/share/bash-completion/bash_completion
. /tmp/x/usr/share/bash-completion/completions/wgdesk
mkdir -p ~/.wireguard
touch ~/.wireguard/home.conf "$HOME/.wireguard/at work.conf"
cd ~
compopt() { :; }
offer() {
    COMP_LINE="$*"
    COMP_LINE=${COMP_LINE/ = /=}
    COMP_POINT=${#COMP_LINE} COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _wgdesk
    printf '%s,' "${COMPREPLY[@]}"
    echo
}
offer wgdesk s
offer wgdesk up h
offer wgdesk up --h
offer wgdesk up --hooks = m
offer wgdesk down a
offer wgdesk keyring o
"""


def place_module():
    """packaging/place.py; `packaging` itself is another project's name in Python."""
    spec = importlib.util.spec_from_file_location("place", PROJECT / "packaging" / "place.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find(debs: Path, package: str) -> Path:
    own = programs.run(["dpkg", "--print-architecture"]).stdout.strip()
    architecture = "all" if package == WINDOW else own
    return debs / f"{package}_{deb.own_version()}_{architecture}.deb"


def contents(package: Path) -> dict[str, tuple[str, str]]:
    """Each file's mode and owner, as `ls` writes them, by its path; manuals without their .gz."""
    found = {}
    for line in programs.run(["dpkg-deb", "--contents", str(package)]).stdout.splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        name = path.removeprefix(".").split(" -> ")[0]
        found[name.removesuffix(".gz") if "/man/" in name else name] = (mode, owner)
    return found


def files(package: Path) -> set[str]:
    return {path for path, (mode, _) in contents(package).items() if not mode.startswith("d")}


@pytest.mark.parametrize("package", [HELPER, WINDOW])
def test_a_package_has_what_the_table_says_and_nothing_else(debs, package):
    place = place_module()
    wanted = {path for path in place.places() if place.owner(path) == package}
    there = {path for path in files(find(debs, package)) if not path.startswith(ADDED)}
    bundled = {"/usr/lib/wgdesk/wireguard-go"} if package == HELPER else set()
    documented = {path for path in wanted if not path.startswith(ADDED)}
    assert there == documented | bundled
    assert wanted <= files(find(debs, package))


def test_no_file_is_in_both(debs):
    both = files(find(debs, HELPER)) & files(find(debs, WINDOW))
    assert both == set()


@pytest.mark.parametrize("package", [HELPER, WINDOW])
def test_everything_is_roots_and_nobody_elses_to_change(debs, package):
    usual = {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--"}
    odd = {
        path: what
        for path, what in contents(find(debs, package)).items()
        if what[0] not in usual or what[1] != "root/root"
    }
    assert odd == {}
    assert not [path for path in contents(find(debs, package)) if path.startswith("/etc")]


def test_the_other_processors_package_differs_in_its_engine_alone(debs, tmp_path):
    native = find(debs, HELPER)
    (other,) = set(debs.glob(f"{HELPER}_*.deb")) - {native}
    assert contents(other) == contents(native)
    for package in (native, other):
        target = tmp_path / package.stem
        programs.run(["dpkg-deb", "--extract", str(package), str(target)])
    differing = programs.run(
        ["diff", "--recursive", "--brief", *map(str, sorted(tmp_path.iterdir()))], check=False
    ).stdout.splitlines()
    assert [line.rpartition("/")[2].split()[0] for line in differing] == ["wireguard-go"]
    engine = tmp_path / f"{HELPER}_{deb.own_version()}_arm64" / "usr/lib/wgdesk/wireguard-go"
    assert engine.read_bytes()[18] == ELF_AARCH64


def test_the_version_is_that_of_the_program(debs):
    version = programs.run(["dpkg-deb", "--field", str(find(debs, WINDOW)), "Version"]).stdout
    text = (PROJECT / "wgdesk" / "__init__.py").read_text(encoding="utf-8")
    assert f'__version__ = "{version.strip()}"' in text


def test_lintian_has_nothing_to_say(debs):
    lint = ["lintian", "--fail-on=none", "--pedantic", "--display-info"]
    said = in_builder(debs, f"cd /mnt && {' '.join(lint)} *.changes")
    assert said == ""


def test_desktop_entry_description_and_manual_are_valid(debs):
    said = in_builder(
        debs,
        "cd /tmp && dpkg-deb -x /mnt/wgdesk_*_all.deb x && dpkg-deb -x /mnt/wgdesk-helper_*_$(dpkg --print-architecture).deb x"
        " && desktop-file-validate x/usr/share/applications/*.desktop"
        # The project has no page of its own whose address could stand there.
        " && appstreamcli validate --no-net --override url-homepage-missing=info"
        " x/usr/share/metainfo/*.xml | grep -v 'successful\\|url-homepage-missing';"
        " gunzip -r x/usr/share/man && mandoc -T lint -W error x/usr/share/man/*/*"
        " && zsh -n x/usr/share/zsh/vendor-completions/_wgdesk"
        " && fish --no-execute x/usr/share/fish/vendor_completions.d/wgdesk.fish && echo fine",
    )
    assert [line for line in said.splitlines() if line.strip()] == ["fine"]


def test_bash_completes_verbs_options_values_and_profiles(debs):
    extract = "mkdir /tmp/x && dpkg-deb -x /mnt/wgdesk_*_all.deb /tmp/x"
    said = in_builder(debs, f"{extract} && bash -c {quoted(BASH)}").splitlines()
    assert said == [
        "status,sync,show,",
        "home,",
        "--hooks=,--help,",
        "me,",
        "at work,",
        "on,off,",
    ]


def test_fish_completes_profiles(debs):
    extract = "mkdir /tmp/x && dpkg-deb -x /mnt/wgdesk_*_all.deb /tmp/x"
    prepare = "mkdir -p ~/.wireguard && touch ~/.wireguard/home.conf"
    source = "source /tmp/x/usr/share/fish/vendor_completions.d/wgdesk.fish"
    ask = f"fish --no-config -c '{source}; complete -C \"wgdesk down h\"'"
    assert in_builder(debs, f"{extract} && {prepare} && {ask}").split() == ["home"]


def test_the_helper_is_whole_without_the_other_package(debs):
    """As on Debian 12, where the window comes from elsewhere."""
    extract = (
        "mkdir /tmp/x && dpkg-deb -x /mnt/wgdesk-helper_*_$(dpkg --print-architecture).deb /tmp/x"
    )
    path = "/tmp/x/usr/lib/python3/dist-packages"  # noqa: S108  # in the builder's own
    said = in_builder(debs, f"{extract} && PYTHONPATH={path} python3 -B -c {quoted(ALONE)}")
    assert said.strip() == ""


def in_builder(debs: Path, script: str) -> str:
    """What a shell script said, in the system that the packages were built in."""
    done: subprocess.CompletedProcess[str] = deb.enter(debs, ["sh", "-c", script], check=False)
    return done.stdout + done.stderr


def quoted(script: str) -> str:
    return "'" + script.replace("'", "'\\''") + "'"
