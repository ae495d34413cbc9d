"""Lab flat: the Flatpak of this work tree, built and installed, on a stand-in for its runtime.

The stand-in has the ids and the branch that the manifest names and is made of the small Debian
with PySide: Qt, Python and PySide are real, of the same Python as the true runtime's, and only
come from elsewhere. PySide lies in the base app, as there.
"""

import os
import platform
import pwd
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.labs import debian, programs, variants
from tests.labs.cache import cache_dir, cached, hash_tree
from tests.labs.installed import PROJECT
from wgdesk.wire.names import APP_ID

TOOLS: Final = (
    *("flatpak", "flatpak-builder", "bwrap", "xdg-dbus-proxy", "ostree", "dbus-run-session"),
    *("setpriv", "unshare", "mount"),
)
PACKAGING: Final = PROJECT / "packaging" / "flatpak"
MANIFEST: Final = PACKAGING / f"{APP_ID}.yml"
USER: Final = "nobody"  # as lab desk's
BRANCH: Final = "6.11"
PACKAGES: Final = (
    *("python3-pyside6.qtdbus", "python3-pyside6.qtsvg", "python3-pyside6.qtwidgets"),
    *("qt6-svg-plugins", "qt6-wayland", "qt6-xdgdesktopportal-platformtheme"),
    *("python3-pip", "fonts-dejavu-core"),
)
# $1 the layers of the Debian, $2 the machine's kind, $3 the branch, $4 a folder to work in, $5 the
# installation to make. What only compilers and graphics drivers need is left out.
RUNTIME: Final = """
set -eu
umask 022
layers=$1 machine=$2 branch=$3 work=$4
export FLATPAK_SYSTEM_DIR=$5 DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
root=$work/root base=$work/base repo=$work/repo
mkdir -p "$root/usr" "$root/files" "$work/merged" "$base/export" \\
    "$base/files/lib/python3.13/site-packages"
mount -t tmpfs tmpfs "$work/merged"
mkdir "$work/merged/upper" "$work/merged/work" "$work/merged/system"
mount -t overlay overlay \\
    -o "lowerdir=$layers,upperdir=$work/merged/upper,workdir=$work/merged/work" "$work/merged/system"
mount --bind "$work/merged/system/usr" "$root/usr"
mkdir "$root/usr/etc"
for name in passwd group alternatives ld.so.conf ld.so.conf.d nsswitch.conf fonts ssl; do
    cp -a "$work/merged/system/etc/$name" "$root/usr/etc/"
done
modules=$root/usr/lib/python3/dist-packages
mv "$modules/PySide6" "$modules/shiboken6" "$base/files/lib/python3.13/site-packages/"
echo /app/lib/python3.13/site-packages >"$modules/app.pth"
for program in "$base/files/cleanup-BaseApp.sh" "$root/usr/bin/appstream-compose" \\
    "$root/usr/bin/appstreamcli"; do
    printf '#!/bin/sh\\n' >"$program"
    chmod 755 "$program"
done
ostree init --repo="$repo" --mode=bare-user-only
refs="runtime=org.kde.Platform/$machine/$branch
sdk=org.kde.Sdk/$machine/$branch"
for name in Platform Sdk; do
    printf '[Runtime]\\nname=org.kde.%s\\n%s\\n' "$name" "$refs" >"$root/metadata"
    flatpak build-export --disable-fsync --runtime --no-update-summary \\
        --exclude='/lib/*/libLLVM*' --exclude='/lib/*/libgallium*' --exclude='/lib/*/libclang*' \\
        --exclude='/lib/*/libz3*' --exclude='/share/doc/*' --exclude='/share/man/*' \\
        --exclude='/share/locale/*' --exclude='/lib/udev/*' "$repo" "$root" "$branch"
done
printf '[Application]\\nname=io.qt.PySide.BaseApp\\n%s\\n' "$refs" >"$base/metadata"
flatpak build-export --disable-fsync "$repo" "$base" "$branch"
flatpak --system remote-add --no-gpg-verify stand-in "file://$repo"
flatpak --system install -y --noninteractive stand-in "org.kde.Platform//$branch" \\
    "org.kde.Sdk//$branch" "io.qt.PySide.BaseApp//$branch"
"""
# $1 a folder that belongs to who runs it, $2 the manifest, $3 the app.
APP: Final = """
set -eu
umask 022
work=$1 manifest=$2 app=$3
export DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
export HOME=$work/home XDG_RUNTIME_DIR=$work/run FLATPAK_USER_DIR=$work/installed
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir -p "$HOME"
mkdir -m 700 "$XDG_RUNTIME_DIR"
cd "$work"
flatpak-builder --user --disable-rofiles-fuse --disable-cache --force-clean --repo="$work/repo" \\
    --state-dir="$work/state" "$work/out" "$manifest"
flatpak --user remote-add --no-gpg-verify built "file://$work/repo"
flatpak --user install -y --noninteractive built "$app"
rm -rf "$work/out" "$work/state" "$XDG_RUNTIME_DIR" "$HOME"
"""


def missing() -> str | None:
    """One sentence why this lab cannot run here, or None."""
    return debian.missing() or programs.absent_programs(TOOLS) or _no_sandbox()


def _no_sandbox() -> str | None:
    """Some systems let only root make one, or let nobody inside a container."""
    nobody = _as(pwd.getpwnam(USER), ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"])
    done = programs.run(nobody, check=False)
    if done.returncode == 0:
        return None
    return f"an ordinary user cannot make a sandbox here: {done.stderr.strip()}"


def runtime() -> Path:
    """An installation that has the runtime, its SDK and the base app, and nothing else."""
    layers = variants.lower(PACKAGES)
    recipe = f"{layers}\n{BRANCH}\n{RUNTIME}".encode()
    return cached("flat-runtime", recipe, lambda root: _build_runtime(root, layers), keep=1)


def app() -> Path:
    """A folder with the app of this work tree: `repo`, where it was built, and `installed`."""
    sources = hash_tree(PROJECT / "wgdesk", PROJECT / "resources", PACKAGING)
    recipe = sources + runtime().name.encode() + APP.encode()
    return cached("flat-app", recipe, _build_app, keep=2)


def environment(built: Path) -> dict[str, str]:
    """What `flatpak` needs to find the app and its runtime, and nothing of this machine's own."""
    return {
        "FLATPAK_USER_DIR": str(built / "installed"),
        "FLATPAK_SYSTEM_DIR": str(runtime()),
    }


def wheels() -> Path:
    """The pinned modules for this kind of machine."""
    recipe = hash_tree(PACKAGING / "requirements.lock", PACKAGING / "fetch-wheels")
    return cached("flat-wheels", recipe, _fetch_wheels, keep=1)


def bundle(built: Path, path: Path) -> None:
    """Put the whole app into one file."""
    words = ["flatpak", "build-bundle", str(built / "repo"), str(path), APP_ID, "stable"]
    programs.run(words, timeout_s=300)


def _fetch_wheels(folder: Path) -> None:
    words = [str(PACKAGING / "fetch-wheels"), sys.executable, str(folder), platform.machine()]
    programs.run(words, timeout_s=300)


def _build_runtime(root: Path, layers: str) -> None:
    with tempfile.TemporaryDirectory(dir=cache_dir(), prefix="flat-") as work:
        words = [layers, platform.machine(), BRANCH, work, str(root)]
        inside = ["dbus-run-session", "--", "sh", "-c", RUNTIME, "runtime", *words]
        programs.run(["unshare", "--mount", "--propagation=private", *inside], timeout_s=300)


def _build_app(root: Path) -> None:
    root.mkdir()
    user = pwd.getpwnam(USER)
    source = root / "source"
    for name in ("wgdesk", "resources", "packaging/flatpak"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / name, source / name, ignore=ignore)
    shutil.copy(PROJECT / "LICENSE", source)
    shutil.copytree(wheels(), source / "build/flatpak/wheels")
    for path in (source, *source.rglob("*")):  # whatever the umask of a checkout was
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    os.chown(root, user.pw_uid, user.pw_gid)
    manifest = source / MANIFEST.relative_to(PROJECT)
    script = ["sh", "-c", APP, "app", str(root), str(manifest), APP_ID]
    env = {"FLATPAK_SYSTEM_DIR": str(runtime())}
    programs.run(_as(user, ["dbus-run-session", "--", *script]), timeout_s=300, env=env)
    shutil.rmtree(source)


def _as(user: pwd.struct_passwd, argv: Sequence[str]) -> list[str]:
    """Flatpak, as the window, is never run by root."""
    ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return ["setpriv", *ids, "--no-new-privs", "--", *argv]
