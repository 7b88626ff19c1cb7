"""A root file system out of this Debian host's own packages, for base images where no registry is reached."""

import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

LEFT_OUT = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/locale/", "/usr/share/info/", "/usr/share/lintian/")
ALWAYS: tuple[str, ...] = (
    "bash",
    "coreutils",
    "grep",
    "sed",
    "findutils",
    "mawk",
    "dash",
    "curl",
    "wget",
    "ca-certificates",
    "apt",
)
ALWAYS += (
    "base-files",
    "base-passwd",
    "debianutils",
    "diffutils",
    "gzip",
    "tar",
    "hostname",
    "libc-bin",
    "procps",
    "perl-base",
)
MERGED = ("bin", "sbin", "lib", "lib64")
DIRECTORIES = {"tmp": 0o1777, "var/tmp": 0o1777, "proc": 0o755, "sys": 0o755, "dev": 0o755, "run": 0o755, "root": 0o700}
DIRECTORIES |= {"var/lib/apt/lists/partial": 0o755, "var/cache/apt/archives/partial": 0o755, "var/log/apt": 0o755}
DIRECTORIES |= {"etc/apt/preferences.d": 0o755, "var/lib/dpkg/updates": 0o755, "var/lib/dpkg/triggers": 0o755}
TREES = ("/etc/ssl", "/etc/alternatives", "/etc/apt", "/etc/ld.so.conf.d", "/usr/share/keyrings")
FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/nsswitch.conf")
PASSWD = b"""\
root:x:0:0:root:/root:/bin/bash
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
server:x:1000:1000::/tmp:/bin/bash
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
grafana:x:472:472::/tmp:/usr/sbin/nologin
"""
GROUP = b"""\
root:x:0:
server:x:1000:
nogroup:x:65534:
grafana:x:472:
adm:x:4:
staff:x:50:
mail:x:8:
utmp:x:43:
shadow:x:42:
"""
MADE = {"etc/passwd": PASSWD, "etc/group": GROUP}


def write_root(archive: Path, *packages: str) -> int:
    """Write a tar of the packages and all that they need; how many packages that was."""
    names = closure((*ALWAYS, *packages))
    infos = (
        path for path in Path("/var/lib/dpkg/info").iterdir() if path.name.partition(".")[0].partition(":")[0] in names
    )
    trees = (path for tree in TREES for path in (Path(tree), *Path(tree).rglob("*")))
    paths = {*_files(names), *_links(), *trees, *map(Path, FILES), *infos, *(Path("/", name) for name in MERGED)}
    made = {*(Path("/", name) for name in DIRECTORIES), *(Path("/", name) for name in MADE)}
    with tarfile.open(archive, "w") as tar:
        for name, mode in DIRECTORIES.items():
            _directory(tar, name, mode)
        for path in sorted(path for path in paths - made if path.is_symlink() or path.exists()):
            tar.add(path, arcname=str(path).lstrip("/"), recursive=False)
        for name, content in MADE.items():
            _file(tar, name, content)
        _file(tar, "var/lib/dpkg/status", _status(names))
    return len(names)


def closure(packages: Iterable[str]) -> frozenset[str]:
    """The packages and everything they depend on, as far as it is installed here."""
    flags = [f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
    listed = _output("apt-cache", "depends", "--recurse", *flags, "--installed", *packages)
    wanted = {line.partition(":")[0] for line in listed.splitlines() if line and line[0] not in " <|"}
    installed = {line.partition(":")[0] for line in _output("dpkg-query", "-W", "-f", "${Package}\n").splitlines()}
    return frozenset(wanted & installed)


def _files(names: frozenset[str]) -> Iterator[Path]:
    for line in _output("dpkg", "-L", *sorted(names)).splitlines():
        path = Path(line)
        if line.startswith("/") and not line.startswith(LEFT_OUT) and (path.is_symlink() or path.exists()):
            # /bin/x is /usr/bin/x on a merged host; the tar must not hold a directory where a link belongs.
            real = path.parent.resolve() / path.name
            if str(real).lstrip("/") not in MERGED:
                yield real


def _links() -> Iterator[Path]:
    for directory in (Path("/usr/bin"), Path("/usr/sbin")):
        for path in directory.iterdir():
            if path.is_symlink() and str(path.readlink()).startswith("/etc/alternatives/"):
                yield path


def _status(names: frozenset[str]) -> bytes:
    entries = Path("/var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n")
    kept = [entry for entry in entries if entry.partition("\n")[0].removeprefix("Package: ") in names]
    return ("\n\n".join(kept) + "\n\n").encode()


def _directory(tar: tarfile.TarFile, name: str, mode: int) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.mode = tarfile.DIRTYPE, mode
    tar.addfile(info)


def _file(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o644
    tar.addfile(info, BytesIO(content))


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
