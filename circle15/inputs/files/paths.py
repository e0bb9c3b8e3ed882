"""Names of files as a study writes them: inside its folder, on this machine, and nothing else."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from circle15.errors import ConfigurationError

# GDAL reads "/vsicurl/..." from the net and "x:..." by a driver's name.
NET_MARKS = ("://", "/vsi", "\\vsi")
# Files that only point to other files, wherever those lie.
POINTERS = (".vrt", ".lnk", ".url", ".qlr")
LONGEST_NAME = 200  # of the 255 bytes or characters that file systems allow
DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})


def require_own_path(folder: Path, name: str) -> Path:
    r"""The path of a file that a study names, which must lie in the study's folder or below it.

    Links are followed, so that one that leads out of the folder is refused too.

    Parameters
    ----------
    folder
        The folder of ``study.toml``.
    name
        As the study writes it; ``/`` and ``\\`` both divide folders, for studies are carried between systems.

    Raises
    ------
    ConfigurationError
        An address on the net, an absolute path, one with ``..``, one that is no file's name, or a link that leads out.

    Examples
    --------
    >>> require_own_path(Path("study"), "lists/schools.csv").as_posix()
    'study/lists/schools.csv'
    >>> require_own_path(Path("study"), "../schools.csv")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    circle15.errors.ConfigurationError: study.toml 中的文件“../schools.csv”用 .. 指到了文件夹之外。...
    """
    path, key = folder / name, _objection(name)
    if key is None and not path.resolve().is_relative_to(folder.resolve()):
        key = "paths.leads_out"
    if key is not None:
        raise ConfigurationError(key, name=name)
    return path


def _objection(name: str) -> str | None:
    """The key of what is wrong with a name, whatever lies in the folder."""
    windows = PureWindowsPath(name)
    if any(mark in name.lower() for mark in NET_MARKS):
        return "paths.net"
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
        return "paths.absolute"
    if ".." in windows.parts:
        return "paths.parent"
    if name.lower().endswith(POINTERS):
        return "paths.pointer"
    return "paths.no_name" if _is_no_name(name, windows.parts) else None


def _is_no_name(name: str, parts: tuple[str, ...]) -> bool:
    """Whether no system in use would take these as the names of a file and its folders."""
    odd = not parts or not name.isprintable() or ":" in name
    return odd or any(len(part) > LONGEST_NAME or is_device(part) for part in parts)


def is_device(part: str) -> bool:
    """Whether Windows takes a name for a device, whatever stands behind a dot.

    Examples
    --------
    >>> is_device("nul.csv"), is_device("null.csv")
    (True, False)
    """
    return part.split(".")[0].upper() in DEVICES
