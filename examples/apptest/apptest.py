"""The example app: what an app can do, and what a platform must stand.

Each function gets the decoded parameter (an empty string without one) and returns (flag, result).
"""
import os
import sys
import time


class apptest:
    def helloword(self, param):
        """The first task of everybody."""
        return True, "hello word!"

    def echo(self, param):
        """Its parameter, as JSON text."""
        import json

        return True, json.dumps(param, ensure_ascii=False, sort_keys=True)

    def unicode(self, param):
        """Text beyond ASCII, also where the host's locale is not UTF-8."""
        return True, "你好, wörld! 🧝"

    def slow(self, param):
        """Takes its time. {"seconds": 2.5}"""
        seconds = float(_field(param, "seconds", 1))
        time.sleep(seconds)
        return True, "slept %g s" % seconds

    def failing(self, param):
        """Says no. {"reason": "…"}"""
        return False, _field(param, "reason", "failed, as asked")

    def raising(self, param):
        """Raises, which says no too. {"reason": "…"}"""
        raise RuntimeError(_field(param, "reason", "raised, as asked"))

    def crash(self, param):
        """Ends without an answer. {"code": 3}"""
        print("crashing, as asked", file=sys.stderr, flush=True)
        os._exit(int(_field(param, "code", 3)))

    def loud(self, param):
        """Prints a lot beside its answer. {"bytes": 1000000}"""
        left = int(_field(param, "bytes", 1000000))
        line = b"x" * 99 + b"\n"
        while left > 0:
            left -= os.write(1, (line * 640)[:left])
        return True, "printed %d bytes" % int(_field(param, "bytes", 1000000))

    def big(self, param):
        """Answers with a long result. {"bytes": 300000}"""
        return True, "r" * int(_field(param, "bytes", 300000))

    def mark(self, param):
        """Notes on disk that it ran, then perhaps takes its time. {"file": "/tmp/marks", "token": "…", "seconds": 0}"""
        _append(param["file"], "%s %d\n" % (param.get("token", "-"), os.getpid()))
        time.sleep(float(param.get("seconds", 0)))
        return True, "marked"

    def children(self, param):
        """Hard to kill: ignores SIGTERM and forks a child and a grandchild, which has a session of its own.

        Each appends a line `worker|child|grandchild PID` to the file. {"file": "/tmp/pids", "seconds": 600}
        """
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        role = "worker"
        if os.fork() == 0:
            role = "child"
            if os.fork() == 0:
                role = "grandchild"
                os.setsid()
        _append(param["file"], "%s %d\n" % (role, os.getpid()))
        time.sleep(float(param.get("seconds", 600)))
        if role != "worker":
            os._exit(0)
        return True, "nobody killed us"

    def daemon(self, param):
        """Leaves a daemon on purpose, which holds the pipe of its output. {"file": "/tmp/pid", "seconds": 600}"""
        if os.fork() == 0:
            os.setsid()
            _append(param["file"], "daemon %d\n" % os.getpid())
            end = time.monotonic() + float(param.get("seconds", 600))
            while time.monotonic() < end:
                os.write(1, b"still here\n")
                time.sleep(0.05)
            os._exit(0)
        return True, "left a daemon"


def _field(param, name, default):
    return param.get(name, default) if isinstance(param, dict) else default


def _append(path, line):
    """One write in append mode, on disk before it returns: many workers may note in one file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line.encode("utf-8"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
