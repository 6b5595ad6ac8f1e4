"""`python -m elves_worker APP_DIR FUNC [PARAM AS JSON]` calls an app's function and prints what it answered."""
import json
import sys
import traceback

from . import run


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    result = run(arguments[0], arguments[1], json.loads(arguments[2]) if len(arguments) == 3 else None)
    if result.error is not None:
        traceback.print_exception(type(result.error), result.error, result.error.__traceback__)
    print(result.message)
    return 0 if result.flag else 1


sys.exit(main(sys.argv[1:]))
