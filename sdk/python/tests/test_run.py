"""The importable package: an app tested without an agent."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from elves_worker import Result, run

ROOT = pathlib.Path(__file__).resolve().parents[3]
APPTEST = ROOT / "examples" / "apptest"


class RunTest(unittest.TestCase):
    def test_answers_as_the_agent_would_report(self):
        self.assertEqual(run(APPTEST, "helloword"), Result(True, "hello word!"))
        self.assertEqual(run(APPTEST, "failing", {"reason": "no disk"}), Result(False, "no disk"))

    def test_passes_the_parameter_as_json(self):
        self.assertEqual(run(APPTEST, "echo", {"a": (1, "ü")}).message, '{"a": [1, "ü"]}')
        self.assertEqual(run(APPTEST, "echo").message, '""')

    def test_keeps_what_the_app_raised(self):
        result = run(APPTEST, "raising", {"reason": "oh"})
        self.assertEqual((result.flag, result.message), (False, "oh"))
        self.assertIsInstance(result.error, RuntimeError)

    def test_imports_the_app_anew_each_time_and_leaves_no_trace(self):
        with tempfile.TemporaryDirectory() as folder:
            app = pathlib.Path(folder) / "again"
            app.mkdir()
            for text in ("one", "second"):
                (app / "again.py").write_text("class again:\n    def f(self, param): return True, %r" % text)
                self.assertEqual(run(app, "f").message, text)
        self.assertNotIn("again", sys.modules)
        self.assertNotIn(str(app), sys.path)
        self.assertNotEqual(os.getcwd(), str(app))

    def test_runs_from_a_shell(self):
        command = [sys.executable, "-m", "elves_worker", str(APPTEST), "echo", '{"a": 1}']
        done = subprocess.run(command, capture_output=True, cwd=ROOT / "sdk" / "python")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, b'{"a": 1}'), done.stderr)


if __name__ == "__main__":
    unittest.main()
