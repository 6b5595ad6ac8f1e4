"""Test an Elves app without an agent.

    from elves_worker import run
    result = run("apps/apptest", "echo", {"my": "hello"})
    assert result.flag and result.message == '{"my": "hello"}'

The app is called in this process, through the same code that `app-worker.py` runs on a host; so breakpoints, mocks and
coverage work. What the agent adds (timeout, kill, limits) is not here.
"""
import contextlib
import os
import sys
from typing import Any, NamedTuple, Optional

from . import app_worker

__all__ = ["Result", "run"]


class Result(NamedTuple):
    """What the agent would report."""

    #: Whether the flag is exactly what the agent takes for a yes.
    flag: bool
    #: The result as text.
    message: str
    #: What the app raised, which the agent sees as a no; None where it answered.
    error: Optional[Exception] = None


def run(app_dir: Any, func: str, param: Any = None) -> Result:
    """Call FUNC of the app in the folder APP_DIR, whose name is the app's.

    PARAM is any JSON value and takes the way that it takes on a host (so a tuple arrives as a list); None is "without a
    parameter", and the function then gets an empty string. Each call imports the app anew.
    """
    folder = os.path.abspath(os.fspath(app_dir))
    encoded = encode_param(param)
    try:
        with fresh_imports_from(folder):
            flag, result = app_worker.call(os.path.basename(folder), func, encoded)
            return Result(app_worker.flag_text(flag) == "true", app_worker.result_text(result))
    except Exception as error:
        return Result(False, app_worker.error_text(error), error)


def encode_param(param: Any) -> str:
    """The third argument of a worker: base64 of the parameter's JSON text, empty for None."""
    import base64
    import json

    return "" if param is None else base64.b64encode(json.dumps(param, ensure_ascii=False).encode("utf-8")).decode("ascii")


@contextlib.contextmanager
def fresh_imports_from(folder: str):
    """The app's folder first on sys.path and its working folder, as on a host; afterwards its modules are forgotten."""
    before = os.getcwd()
    sys.path.insert(0, folder)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(folder)
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None)
            if path and os.path.abspath(path).startswith(folder + os.sep):
                del sys.modules[name]
