"""Signs a REST v2 request as the contract says. Shares no code with the platform: it is what the platform is tested with.

Reads one JSON object a line on standard input: {"path", "parameters", "key", "sign_type"}, and writes the signature a line.
"""

import hashlib
import hmac
import json
import sys


def signature(path, parameters, key, sign_type):
    while path.startswith("//"):
        path = path[1:]
    names = sorted(name for name in parameters if name not in ("sign", "sign_type"))
    text = path + "?" + "&".join("%s=%s" % (name, parameters[name]) for name in names)
    if sign_type.lower() == "hmac-sha256":
        return hmac.new(key.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).hexdigest()
    return hashlib.md5((text + key).encode("utf-8")).hexdigest()


for line in sys.stdin:
    request = json.loads(line)
    print(signature(request["path"], request["parameters"], request["key"], request["sign_type"]), flush=True)
