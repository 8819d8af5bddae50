#!/usr/bin/python3
"""The three programs of examples/python run, shortened, and leave what they say. Usage: test_examples.py DATA, a folder of CIFAR-10's
form. Exit code 77 where python3-matplotlib or python3-optuna is missing: then only the first has run."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"
DATA = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "cifar-10"
MISSING = [name for name in ("matplotlib", "optuna") if importlib.util.find_spec(name) is None]


class Examples(unittest.TestCase):
    def run_one(self, name: str, *words: str) -> tuple[str, dict[str, bytes]]:
        """What it prints, and the files that it leaves."""
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, str(EXAMPLES / name), DATA, "--quick", *words], cwd=folder, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"MPLCONFIGDIR": folder})
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout, {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir() if path.is_file()}

    def test_assignment(self):
        said, files = self.run_one("assignment.py")
        self.assertRegex(said, r"(?m)^layer 1: dW \d\.\de-\d+, ")
        self.assertRegex(said, r"(?m)^ +0 +0\.00001 .*%\n(.*%\n){4}test accuracy \d+\.\d\d% after 160 updates")
        self.assertIn(b"layer1.W", files["assignment.safetensors"])
        code = [line for line in (EXAMPLES / "assignment.py").read_text().partition('\n"""\n')[2].splitlines() if line.strip()]
        self.assertLessEqual(len(code), 30)

    @unittest.skipIf("matplotlib" in MISSING, "there is no matplotlib")
    def test_curves(self):
        said, files = self.run_one("curves.py")
        self.assertEqual(len(re.findall(r"(?m)^bn=(True|False): test accuracy \d+\.\d\d %, sd \d+\.\d\d, n = 3$", said)), 2, said)
        self.assertEqual(files["curves.png"][:8], b"\x89PNG\r\n\x1a\n")

    @unittest.skipIf("optuna" in MISSING, "there is no optuna")
    def test_optuna_lambda(self):
        said, _ = self.run_one("optuna_lambda.py", "--trials", "7")
        found = re.search(r"(?m)^lambda = \d\.\d\de-\d\d: validation accuracy \d+\.\d\d%; (\d) of 7 trials pruned$", said)
        self.assertIsNotNone(found, said)
        self.assertGreater(int(found[1]), 0)


if __name__ == "__main__":
    done = unittest.main(exit=False).result
    if MISSING and done.wasSuccessful():
        print(f"skipped: {', '.join('python3-' + name for name in MISSING)} missing")
        sys.exit(77)
    sys.exit(not done.wasSuccessful())
