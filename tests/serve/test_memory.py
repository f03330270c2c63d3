from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PHOTOS_COME_AND_GO = """
import sys, threading
from pathlib import Path
from serve.memory import return_large_blocks

if sys.argv[1] == "returned":
    return_large_blocks()
start, kept = threading.Barrier(8), []

def see_a_photo():
    del_me = b"x" * (31 << 20)  # once this is freed, glibc keeps blocks of up to this size
    del del_me
    start.wait()
    pixels = b"x" * (20 << 20)
    kept.append([b"y" * 1000 * n for n in range(1, 50)])
    start.wait()
    del pixels
    start.wait()

threads = [threading.Thread(target=see_a_photo) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
status = Path("/proc/self/status").read_text()
print(int(status.split("RssAnon:")[1].split()[0]) // 1024)
"""


def resident_mb(how: str) -> int:
    command = [sys.executable, "-c", PHOTOS_COME_AND_GO, how]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_memory_of_past_photos_goes_back_to_the_system() -> None:
    assert resident_mb("returned") < 80 < resident_mb("kept")
