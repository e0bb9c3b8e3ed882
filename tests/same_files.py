"""Two folders held against each other, file by file."""

from circle15.pipeline.fingerprints import sha256


def files_of(folder):
    """Every file below a folder, by its path there."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def differing(one, other):
    """The files that only one of two folders holds, or that are not of the same bytes."""
    both = set(files_of(one)) & set(files_of(other))
    alone = set(files_of(one)) ^ set(files_of(other))
    return sorted(str(file) for file in alone | {file for file in both if sha256(one / file) != sha256(other / file)})
