#!/usr/bin/env python3
"""Worker entry of an Elves app: put this file into the app's folder, unchanged.

    python3 app-worker.py APP FUNC [BASE64 OF THE PARAMETER'S JSON TEXT]

It imports the module APP, takes the class of the same name, calls FUNC with the decoded parameter (an empty string
where there is none) and prints the (flag, result) that FUNC returned, as the agent reads it. An exception counts as
"the worker said false" with the exception's text as its result; its traceback goes to standard error. Where the app's
manifest says `"param": "stdin"`, the parameter is in the file that ELVESRUN_PARAM_FILE names, and no argument.

Nothing is imported before it is needed: `json` and `base64` cost a third of the start of a small worker.
"""
import os
import sys


def main(arguments):
    """Call and print; `arguments` are APP, FUNC and perhaps the parameter."""
    if len(arguments) not in (2, 3):
        return print_answer("false", "param error")
    try:
        flag, result = call(*arguments)
    except Exception as error:
        sys.excepthook(*sys.exc_info())
        flag, result = False, error_text(error)
    print_answer(flag, result)


def call(app, func, encoded_param=None):
    """What FUNC of the app answers: its flag and its result."""
    param = read_param() if encoded_param is None else decode_param(encoded_param)
    worker = getattr(__import__(app), app)()
    answer = getattr(worker, func)(param)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise TypeError("%s.%s must return (flag, result), not %s" % (app, func, type(answer).__name__))
    return answer


def decode_param(encoded):
    """The parameter from its base64; an empty string where there is none."""
    if encoded == "":
        return ""
    import binascii
    import json

    return json.loads(binascii.a2b_base64(encoded).decode("utf-8"))


def read_param():
    """The parameter from its file; an empty string where there is none."""
    path = os.environ.get("ELVESRUN_PARAM_FILE")
    if path is None:
        return ""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8")
    if text == "":
        return ""
    import json

    return json.loads(text)


def error_text(error):
    """What an exception says; its name, where it says nothing."""
    return str(error) or type(error).__name__


def answer_text(flag, result):
    """An answer in the form that the agent looks for."""
    return "<ElvesWFlag>%s</ElvesWFlag> <ElvesWResult>%s</ElvesWResult>\n" % (flag_text(flag), result_text(result))


def flag_text(flag):
    """`true` or `false` for a bool; anything else as text, of which the agent takes only `true` for a yes."""
    return str(flag).lower() if isinstance(flag, bool) else str(flag)


def result_text(result):
    """Text as it is, nothing for None, JSON for lists and dicts, else `str`."""
    if result is None:
        return ""
    if isinstance(result, bytes):
        return result.decode("utf-8", "replace")
    if isinstance(result, (dict, list, tuple)):
        import json

        return json.dumps(result, ensure_ascii=False)
    return str(result)


def print_answer(flag, result):
    """Straight to the descriptor, in UTF-8: whatever the locale is, and whatever the app did to sys.stdout."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    left = answer_text(flag, result).encode("utf-8", "replace")
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    # The app's own folder comes first, also where the interpreter was told to leave it out.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main(sys.argv[1:])
