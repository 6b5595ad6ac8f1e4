"""`app-worker.py` as the agent runs it: a process, three arguments, standard output."""
import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

WORKER = pathlib.Path(__file__).resolve().parent.parent / "app-worker.py"
APP = '''
import os, sys, helper
class myapp:
    def echo(self, param): return True, json_of(param)
    def text_flag(self, param): return "true", helper.text
    def no(self, param): return False, "no"
    def odd_flag(self, param): return 1, "x"
    def values(self, param): return True, {"ü": [1, None]}
    def nothing(self, param): return True, None
    def octets(self, param): return True, b"a\\xff"
    def surrogate(self, param): return True, "a\\ud800b"
    def raises(self, param): raise KeyError("gone")
    def raises_nothing(self, param): raise RuntimeError
    def no_pair(self, param): return "just text"
    def exits(self, param): sys.exit(3)
    def noisy(self, param):
        print("noise, also ü")
        os.write(1, b"\\xff\\n")
        sys.stdout = None
        return True, "answer"
    def where(self, param): return True, os.path.basename(os.path.dirname(__file__))
def json_of(value):
    import json
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
'''


class AppWorkerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        app = pathlib.Path(self.folder.name) / "myapp"
        app.mkdir()
        (app / "app-worker.py").write_bytes(WORKER.read_bytes())
        (app / "myapp.py").write_text(APP, "utf-8")
        (app / "helper.py").write_text("text = 'from a module beside it'", "utf-8")
        self.app = app

    def call(self, *arguments, **env):
        environment = {**os.environ, **env}
        done = subprocess.run([sys.executable, str(self.app / "app-worker.py"), *arguments], capture_output=True, cwd="/", env=environment)
        found = re.search(rb"<ElvesWFlag>(.*)</ElvesWFlag> <ElvesWResult>(.*)</ElvesWResult>", done.stdout, re.S)
        answer = tuple(part.decode("utf-8") for part in found.groups()) if found else None
        return answer, done

    def answer(self, func, **env):
        return self.call("myapp", func, "", **env)[0]

    def test_decodes_its_parameter(self):
        for param in ({"my": "hello", "ü": "你好 🧝"}, [1, 2], "text", 1.5, None, True, ""):
            encoded = base64.b64encode(json.dumps(param, ensure_ascii=False).encode("utf-8")).decode("ascii")
            self.assertEqual(self.call("myapp", "echo", encoded)[0], ("true", json.dumps(param, ensure_ascii=False, sort_keys=True)))

    def test_gives_the_function_an_empty_string_without_a_parameter(self):
        self.assertEqual(self.answer("echo"), ("true", '""'))
        self.assertEqual(self.call("myapp", "echo")[0], ("true", '""'))

    def test_reads_its_parameter_from_its_file_where_it_is_no_argument(self):
        file = pathlib.Path(self.folder.name) / "param.json"
        for text, expected in (('{"my": "ü"}', '{"my": "ü"}'), ("", '""'), ("null", "null")):
            file.write_text(text, "utf-8")
            self.assertEqual(self.call("myapp", "echo", ELVESRUN_PARAM_FILE=str(file))[0], ("true", expected))

    def test_prints_flags_as_the_agent_reads_them(self):
        self.assertEqual(self.answer("text_flag"), ("true", "from a module beside it"))
        self.assertEqual(self.answer("no"), ("false", "no"))
        self.assertEqual(self.answer("odd_flag"), ("1", "x"))

    def test_prints_results_of_any_type(self):
        self.assertEqual(self.answer("values"), ("true", '{"ü": [1, null]}'))
        self.assertEqual(self.answer("nothing"), ("true", ""))
        self.assertEqual(self.answer("octets"), ("true", "a\ufffd"))
        self.assertEqual(self.answer("surrogate"), ("true", "a?b"))

    def test_prints_utf8_whatever_the_locale_is(self):
        self.assertEqual(self.answer("values", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0"), ("true", '{"ü": [1, null]}'))

    def test_says_no_with_the_text_of_an_exception(self):
        answer, done = self.call("myapp", "raises", "")
        self.assertEqual(answer, ("false", "'gone'"))
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"Traceback", done.stderr)
        self.assertEqual(self.answer("raises_nothing"), ("false", "RuntimeError"))
        self.assertEqual(self.answer("missing")[0], "false")
        self.assertIn("must return (flag, result)", self.answer("no_pair")[1])
        self.assertEqual(self.call("other", "echo", "")[0], ("false", "No module named 'other'"))
        self.assertEqual(self.call("myapp", "echo", base64.b64encode(b"{not json").decode("ascii"))[0][0], "false")

    def test_says_no_to_other_arguments(self):
        self.assertEqual(self.call("myapp")[0], ("false", "param error"))

    def test_leaves_an_exit_to_the_app(self):
        answer, done = self.call("myapp", "exits", "")
        self.assertIsNone(answer)
        self.assertEqual(done.returncode, 3)

    def test_answers_beside_whatever_the_app_prints(self):
        answer, done = self.call("myapp", "noisy", "", PYTHONIOENCODING="utf-8")
        self.assertEqual(answer, ("true", "answer"))
        self.assertIn(b"noise", done.stdout)


if __name__ == "__main__":
    unittest.main()
