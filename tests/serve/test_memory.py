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
from serve.memory import share_one_heap

if sys.argv[1] == "shared":
    share_one_heap()
one_at_a_time, start, kept = threading.Lock(), threading.Barrier(8), []

def see_photos():
    start.wait()
    for _ in range(3):
        with one_at_a_time:
            first = b"x" * (31 << 20)  # once this is freed, glibc keeps blocks of up to this size
            del first
            pixels = b"x" * (20 << 20)
            kept.append(b"y" * 1000)  # a little that lives on above what is freed
            del pixels

threads = [threading.Thread(target=see_photos) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
status = Path("/proc/self/status").read_text()
print(int(status.split("RssAnon:")[1].split()[0]) // 1024)
"""


def resident_mb(how: str) -> int:
    command = [sys.executable, "-c", PHOTOS_COME_AND_GO, how]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_threads_use_the_memory_of_past_photos_again() -> None:
    assert resident_mb("shared") < 80 < resident_mb("apart")
