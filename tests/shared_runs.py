"""Finished runs that many tests read: each is made once, by whichever worker comes to it first.

What makes them is imported where it is used: the process that only hands out the tests needs none of it.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SOON_S = 0.2
OWN_STANDARD = '\n[standards.childcare]\nquality = { flag = "普惠", share = 0.5 }\n'


def made_once(folder, make):
    """``folder`` as ``make`` fills it, made by the first worker that asks for it; the others wait.

    A file that only one can create tells who is at it, on every system. Where making fails, each worker that asks finds
    out for itself why.
    """
    ready, held = (folder.with_name(f"{folder.name}.{word}") for word in ("ready", "held"))
    while not ready.exists():
        try:
            held.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(SOON_S)
            continue
        try:
            if not ready.exists():
                folder.mkdir(parents=True)
                make(folder)
                ready.touch()
        finally:
            held.unlink()
    return folder


def in_own_process(*arguments, hash_seed="1", time_zone="UTC"):
    """What Python prints when it is started with these arguments."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": time_zone, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_county_files(folder):
    """The raw files of the invented county of today."""
    from circle15.sample.county import write_county

    assert write_county(folder) == folder / "study.toml"


def make_county_home(folder, files):
    """The county's files in a workspace, and its streets as read: who spoils another file need not read them."""
    from circle15.pipeline.reading.study_inputs import read_inputs

    study = Path(shutil.copytree(files, folder / "data" / "raw" / "shili")) / "study.toml"
    read_inputs(study, lambda *_: None)


def make_demo_years(folder):
    """The invented county of two years, both run; what the command said in ``told.txt`` beside them."""
    (folder / "told.txt").write_text(in_own_process("-m", "circle15", "demo", str(folder), "--years"), encoding="utf-8")


def write_own_study(folder):
    """The small study with a share of flagged places of its own as the standard; its last section is childcare's."""
    from small_study import write_small_study

    study = write_small_study(folder)
    with study.open("a", encoding="utf-8") as file:
        file.write(OWN_STANDARD)
    return study


def make_small_run(folder):
    """The small study with its own standard, run."""
    from circle15.pipeline.run import run_study

    run_study(write_own_study(folder / "data" / "raw" / "xiao"))
