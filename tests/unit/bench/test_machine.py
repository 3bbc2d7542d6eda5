import os
import subprocess
import sys
import time

from bench.speed.machine import cpu_seconds, described, pinned, rss_mb, tree


def test_the_cpu_time_of_a_process_is_counted_in_less_than_ticks() -> None:
    before, own = cpu_seconds([os.getpid()]), time.process_time()
    sum(range(200_000))
    own = time.process_time() - own
    used = cpu_seconds([os.getpid()]) - before
    assert 0 < own <= used + 1e-6


def test_a_tree_holds_children() -> None:
    child = subprocess.Popen((sys.executable, "-c", "input()"), stdin=subprocess.PIPE)
    try:
        assert child.pid in tree(os.getpid())
        assert tree(child.pid) == [child.pid]
        assert rss_mb([child.pid, os.getpid()]) > rss_mb([os.getpid()])
    finally:
        child.communicate(b"\n")


def test_a_core_is_kept_only_meanwhile_and_what_is_started_keeps_it() -> None:
    before = os.sched_getaffinity(0)
    core = min(before)
    with pinned(core):
        assert os.sched_getaffinity(0) == {core}
    assert os.sched_getaffinity(0) == before


def test_a_core_that_is_not_there_pins_nothing() -> None:
    before = os.sched_getaffinity(0)
    with pinned(4096):
        assert os.sched_getaffinity(0) == before


def test_the_description_names_no_machine() -> None:
    assert set(described()) == {"cores", "cpu", "python", "kernel"}
    assert os.uname().nodename not in " ".join(described().values())
