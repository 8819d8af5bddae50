"""The programs that bench/run puts beside each other: who they are, their commands, and those that stay from round to round."""
import json
import os
import struct
import subprocess
import sys
import time

from nets import DATA, NETS, PATCH_NETS, data_of, strata_words

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PYTHON = "/usr/bin/python3"  # the one that Debian's packages belong to
OURS = {"strata float": "float", "strata bf16": "bf16"}
TORCH = ("torch", "python3-torch")
PEERS = {  # script, options, the module it needs, the package that brings it
    "NumPy": ("numpy_update.py", [], "numpy", "python3-numpy"),
    "PyTorch scripted": ("pytorch_update.py", ["--form", "scripted"], *TORCH),
    "PyTorch eager": ("pytorch_update.py", ["--form", "eager"], *TORCH),
    "PyTorch bf16": ("pytorch_update.py", ["--form", "bf16"], *TORCH),
}
SKLEARN = {"scikit-learn": ("sklearn_update.py", [], "sklearn", "python3-sklearn")}
PATCH_PEERS = {
    "PyTorch by hand": ("patch_update.py", ["--form", "by-hand"], *TORCH),
    "PyTorch conv2d": ("patch_update.py", ["--form", "conv2d"], *TORCH),
    "PyTorch bf16": ("patch_update.py", ["--form", "bf16"], *TORCH),
}
COARSE = "PyTorch bf16"  # of another precision than all others


def peers_of(net):
    """scikit-learn has no batch normalisation."""
    if net in PATCH_NETS:
        return PATCH_PEERS
    return PEERS if NETS[net][1] else {**PEERS, **SKLEARN}


def peer_command(name, net, threads, batch, *more):
    script, words, _, _ = peers_of(net)[name]
    return [PYTHON, os.path.join(HERE, script), *words, "--net", net, "--threads", str(threads), "--batch", str(batch), *more]


def find_missing(nets):
    """Of the peers of these nets, who cannot run, and why."""
    missing, found = [], {}
    for name, (_, _, module, package) in {name: how for net in nets for name, how in peers_of(net).items()}.items():
        if module not in found:
            found[module] = os.access(PYTHON, os.X_OK) and subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
        if not found[module]:
            missing.append({"who": name, "why": f"{module} is not installed; {package} brings it"})
    return missing


def environment():
    """For every program the same. An OpenBLAS chooses its own kernels and blocks; a malloc keeps what it has, so that large arrays which a
    program makes anew for each update do not cost page faults each time."""
    env = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS" and not k.startswith("OPENBLAS_")}
    return {**env, "MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 32), "MALLOC_TOP_PAD_": str(1 << 26)}


def output_of(command):
    """The JSON document that a command prints. Says what went wrong when there is none."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)


class Served:
    """A peer that stays from round to round, and sleeps while others are timed. It builds nothing and times nothing before the first line."""

    def __init__(self, command):
        self.command, self.said = command, None  # said: the last answer
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment())

    def send(self, line="go"):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except OSError:
            raise self.ended() from None

    def receive(self):
        try:
            self.said = json.loads(self.process.stdout.readline())
            return self.said
        except ValueError:
            raise self.ended() from None

    def ask(self, line="go"):
        self.send(line)
        return self.receive()

    def ended(self):
        return RuntimeError(f"{' '.join(self.command)} ended with exit code {self.process.wait()}")

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it ended before it had read the last line
        self.process.wait()


def serve(commands, missing):
    """Served peers by name, of a dictionary of commands. All read their libraries and are checked at the same time; then each builds and tries what
    it has to, alone, in a round that does not count. Who fails, as where its losses are not those of the program in double, is missing."""
    served = {who: Served(command) for who, command in commands.items()}
    try:
        for who in commands:
            try:
                served[who].ask("warm")
            except RuntimeError as why:
                missing.append({"who": who, "why": str(why)})
                served.pop(who).close()
    except BaseException:
        close(served)
        raise
    return served


def close(served):
    for one in served.values():
        one.close()


# ---- strata -------------------------------------------------------------------------------------------------------------------------------

def strata_bench(o, net, threads, precision):
    return output_of([o.strata, "bench", *strata_words(net), "--threads", str(threads), "--precision", precision, f"n_batch={o.batch}",
                      "--updates", str(o.updates), "--seconds", "60", "--data", o.data.get(data_of(net)[0], data_of(net)[0]), "--json"])


def strata_training(o, net, threads, precision, folder, seeds=1):
    """Trains as `strata train experiments/NET.yaml` does, for o.training_updates. Seconds: of each run, as strata says them; of the command since it said
    that it has read the data; and of the whole command."""
    file = os.path.join(ROOT, "experiments", net + ".yaml")
    words = [file] if os.path.exists(file) else strata_words(net)
    command = [o.strata, "train", *words, f"updates={o.training_updates}", "n_s=2250", f"n_batch={o.batch}", "--data", o.data[""], f"threads={threads}",
               f"precision={precision}", "--seeds", str(seeds), "--out", folder, "--quiet", "--json"]
    said, read, begin = [], None, time.perf_counter()
    with open(os.path.join(folder, "said.json"), "w+", encoding="utf-8") as out:
        with subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True, env=environment()) as process:
            for line in process.stderr:
                said.append(line)
                read = time.perf_counter() if read is None and line.startswith("data: ") else read
        end = time.perf_counter()
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with exit code {process.returncode}: {said[-1:]}")
        out.seek(0)
        return [run["seconds"] for run in json.load(out)["runs"]], end - (read or begin), end - begin


def idx(path, kind, shape, content):
    with open(path, "wb") as file:
        file.write(struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape) + content)


def drawn_images(folder, rows, side):
    """Files of random images, where a set is not installed."""
    os.makedirs(folder)
    for part, count in (("train", rows), ("t10k", 1000)):
        idx(os.path.join(folder, f"{part}-images-idx3-ubyte"), 8, (count, side, side), os.urandom(count * side * side))
        idx(os.path.join(folder, f"{part}-labels-idx1-ubyte"), 8, (count,), bytes(i % 10 for i in range(count)))
    return folder


def find_data(o, nets, folder):
    """What stands for the data of these nets, by name; drawn where they are not installed, which is then missing."""
    missing, o.data = [], {"": os.path.join(folder, "data")}
    subprocess.run([o.strata, "data", "synth", o.data[""]], check=True, capture_output=True)
    for net in nets:
        name, inputs, rows = data_of(net)
        if net not in DATA or name in o.data:
            continue
        there = subprocess.run([o.strata, "data", "info", name], capture_output=True, check=False).returncode == 0
        o.data[name] = name if there else drawn_images(os.path.join(folder, name), rows, round(inputs ** 0.5))
        if not there:
            missing.append({"data": name, "why": "random images of the same shape were taken"})
    return missing


def progress(text):
    print(f"bench/run: {text}", file=sys.stderr, flush=True)
