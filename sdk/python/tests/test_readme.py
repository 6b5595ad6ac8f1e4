"""The samples of README.md, run as they stand."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

SDK = pathlib.Path(__file__).resolve().parent.parent


class ReadmeTest(unittest.TestCase):
    def test_samples_work(self):
        app, test = re.findall(r"```python\n(.*?)```", (SDK / "README.md").read_text("utf-8"), re.S)
        shell = re.search(r"`python3 -m (elves_worker .*?)`", (SDK / "README.md").read_text("utf-8")).group(1)
        with tempfile.TemporaryDirectory() as folder:
            hello = pathlib.Path(folder) / "apps" / "hello"
            hello.mkdir(parents=True)
            (hello / "hello.py").write_text(app, "utf-8")
            (pathlib.Path(folder) / "test_hello.py").write_text(test, "utf-8")
            env = {**os.environ, "PYTHONPATH": str(SDK)}
            done = subprocess.run([sys.executable, "-m", "unittest", "test_hello"], cwd=folder, env=env, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            done = subprocess.run("%s -m %s" % (sys.executable, shell), shell=True, cwd=folder, env=env, capture_output=True, text=True)
            self.assertEqual(done.stdout, "hello Ada\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
