"""What tests/export runs: small nets of every form are trained, exported, and asked about the same rows as `strata predict`."""
import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

try:
    import cv2
    import onnx
except ImportError as missing:
    onnx, lacking = None, missing.name

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
LIMIT = 1e-5  # of the difference of two probabilities: what the export promises
ROWS = 1000

# Of colour images of 8 rows and 12 columns, of grey images of 6 x 6, and of a table of floats.
IMAGES = [
    ["bn=false"],
    ["bn=true"],
    ["norm=layer"],
    ["norm_place=after", "activation=tanh"],
    ["norm=layer", "norm_place=after", "activation=sigmoid"],
    ["hidden=[16,12,16,12,16,12]", "skip=true", "activation=leaky_relu"],
    ["bn=false", "activation=gelu", "loss=sigmoid"],
    ["hidden=[]", "loss=hinge", "standardise=none"],
    ["patch=2", "filters=6", "standardise=pixel"],
    ["patch=4", "filters=5", "norm=layer", "activation=gelu", "loss=hinge"],
    ["patch=4", "filters=3", "norm_place=after", "hidden=[8,18]", "skip=true", "dropout=0.2", "noise=0.1"],
]
SQUARES = [["patch=6", "filters=7", "bn=false"]]
FLOATS = [["bn=true"], ["norm=layer", "activation=gelu"], ["bn=false", "standardise=none", "loss=sigmoid", "activation=tanh"]]
NAMES = ['plain', 'com,ma "quoted"', '*/ int x; /*', "back\\slash??/", "\u00fcml\u00e4ut"]


def run(*words, **more):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


class Case:
    """A trained model, the rows that it is asked about, and what the program says of them."""

    def __init__(self, program, folder, number, settings, data, inputs, rows, shape):
        self.name, self.rows, self.folder, self.program = " ".join(settings) or "as it is", rows, folder, program
        self.bytes, self.shape = rows.dtype == np.uint8, shape
        out = os.path.join(folder, f"out{number}")
        run(program, "train", *data, "n_batch=50", "n_s=30", "cycles=1", "evals=0", *settings, "threads=1", "--quiet", "--out", out)
        run_id, = os.listdir(os.path.join(out, "runs"))
        self.model = os.path.join(out, "runs", run_id, "model.safetensors")
        self.base = os.path.join(folder, f"case{number}")
        said = self.base + ".npy"
        run(program, "predict", self.model, inputs, "--out", said)
        self.P = np.load(said)[: len(rows)]
        run(program, "predict", self.model, inputs, "--out", self.base + ".csv")
        self.classes, self.names = classes_of(self.base + ".csv")
        self.classes = self.classes[: len(rows)]


def classes_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    number = {name[2:]: c for c, name in enumerate(rows[0][3:])}
    return np.array([number[row[1]] for row in rows[1:]]), list(number)


def compare(case, reader, P):
    """The largest difference of a probability, which must be below LIMIT, with the same class on every row."""
    assert P.shape == case.P.shape, f"{case.name}, {reader}: {P.shape} where {case.P.shape} is due"
    most = float(np.abs(P.astype(np.float64) - case.P).max())
    other = int((P.argmax(1) != case.classes).sum())
    print(f"  {reader:12} {most:.1e}  {other} of {len(P)} classes differ")
    assert most < LIMIT and other == 0, f"{case.name}, {reader}: difference {most:.2e}, {other} classes differ"


def read_onnx(case, node):
    path = case.base + ".onnx"
    run(case.program, "export", case.model, "--to", "onnx", "-o", path)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8 and model.opset_import[0].version == 13
    given = model.graph.input[0].type.tensor_type
    assert given.elem_type == (onnx.TensorProto.UINT8 if case.bytes else onnx.TensorProto.FLOAT)
    assert given.shape.dim[0].dim_param == "batch" and [d.dim_value for d in given.shape.dim[1:]] == list(case.shape)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    assert [d.dim_value for d in inferred.graph.output[0].type.tensor_type.shape.dim[1:]] == [case.P.shape[1]]
    meta = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(meta["class_names"]) == case.names and "hidden = " in meta["config"], meta
    net = cv2.dnn.readNetFromONNX(path)
    net.setInput(case.rows.astype(np.float32).reshape(-1, *case.shape))
    compare(case, "OpenCV", net.forward())
    net.setInput(case.rows[:1].astype(np.float32).reshape(-1, *case.shape))
    assert np.abs(net.forward() - case.P[:1]).max() < LIMIT, f"{case.name}: a row alone"
    if node:
        case.rows.tofile(case.base + ".rows")
        run("node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "export_node.js"), node, path, case.base + ".rows",
            "uint8" if case.bytes else "float32", len(case.rows), *case.shape)
        compare(case, "onnxruntime", np.fromfile(case.base + ".rows.out", "<f4").reshape(case.P.shape))


HARNESS = """
#include <stdio.h>
#include "case.h"
int main(void)
{
    ELEMENT x[my_inputs];
    float p[my_classes];
    while (fread(x, sizeof x, 1, stdin) == 1) {
        int a = my_predict(x, p), b = my_predict(x, NULL);
        fwrite(&a, sizeof a, 1, stdout);
        fwrite(&b, sizeof b, 1, stdout);
        fwrite(p, sizeof p, 1, stdout);
    }
    for (int c = 0; c < my_classes; c++) { fputs(my_class_names[c], stdout); putchar(0); }
    return 0;
}
"""


def read_c(case, first):
    """The source compiles by both compilers without a warning, and says what `strata predict` says; the first one beside another one."""
    folder = case.base + "-c"
    os.mkdir(folder)
    others = [("other", "other.c")] if first else []
    for name, file in [("my", "case.c"), *others]:
        run(case.program, "export", case.model, "--to", "c", "-o", os.path.join(folder, file), "--name", name)
    with open(os.path.join(folder, "main.c"), "w", encoding="ascii") as file:
        file.write(HARNESS.replace("ELEMENT", "unsigned char" if case.bytes else "float"))
    for compiler in COMPILERS:
        flags = [compiler, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wdouble-promotion", "-Werror"]
        if compiler != COMPILERS[0] and not first:
            run(*flags, "-fsyntax-only", "case.c", cwd=folder)
            continue
        run(*flags, "-O1", "main.c", "case.c", *(file for _, file in others), "-o", "it", "-lm", cwd=folder)
        said = subprocess.run([os.path.join(folder, "it")], input=case.rows.tobytes(), capture_output=True, check=True).stdout
        size = 8 + 4 * case.P.shape[1]
        rows = np.frombuffer(said[: size * len(case.rows)], np.uint8).reshape(-1, size)
        classes = rows[:, :8].copy().view(np.int32)
        assert (classes[:, 0] == classes[:, 1]).all() and (classes[:, 0] == case.classes).all(), f"{case.name}, {compiler}: other classes"
        compare(case, compiler, rows[:, 8:].copy().view(np.float32))
        names = said[size * len(case.rows) :].decode().split("\0")[:-1]
        assert names == case.names, names


def cifar_rows(folder, count=ROWS):
    with open(os.path.join(folder, "test_batch.bin"), "rb") as file:
        return np.frombuffer(file.read(3073 * count), np.uint8).reshape(count, 3073)[:, 1:].copy()


def write_images(folder, shape):
    """Images of seven classes, noise on a pattern of the class, and the same without labels."""
    rng = np.random.RandomState(5)
    where = os.path.join(folder, "x".join(map(str, shape)))
    label = np.arange(ROWS) % 7
    pattern = rng.randint(0, 256, (7, *shape))
    rows = np.clip(pattern[label] + 120 * rng.randn(ROWS, *shape), 0, 255).astype(np.uint8)
    os.mkdir(where)
    np.save(os.path.join(where, "X.npy"), rows)
    np.save(os.path.join(where, "y.npy"), label)
    np.save(where + "-X.npy", rows)
    return where, where + "-X.npy", rows.reshape(ROWS, -1)


def write_table(folder):
    """A table of floats with wide and narrow features, five classes with names of every kind; its rows without labels."""
    rng = np.random.RandomState(7)
    label = np.arange(ROWS) % len(NAMES)
    rows = (rng.randn(ROWS, 6) + 2 * rng.randn(len(NAMES), 6)[label]) * [1, 1e-3, 50, 1, 1, 1] + [0, 5, 1e4, 0, 0, 1]
    rows = rows.astype(np.float32)
    paths = [os.path.join(folder, name) for name in ("table.csv", "rows.csv")]
    for path, labelled in zip(paths, (True, False)):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(list("abcdef") + ["kind"] * labelled)
            for x, c in zip(rows, label):
                writer.writerow([repr(float(v)) for v in x] + [NAMES[c]] * labelled)
    return paths, rows


def cases_of(options, folder):
    program = os.path.abspath(options.program)
    if options.real:
        rows = cifar_rows(options.real)
        of = ["--data", options.real]
        base = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "experiments", "3layer-bn.yaml")
        yield Case(program, folder, 100, [base, "n_batch=100", "n_s=2250"], of, options.real, rows, (3, 32, 32))
        yield Case(program, folder, 101, ["patch=4", "filters=10", "hidden=[50]", "n_s=800"], of, options.real, rows, (3, 32, 32))
        deep = ["hidden=[256,128,256,64]", "skip=true", "norm=layer", "activation=gelu", "n_s=400"]
        yield Case(program, folder, 102, deep, of, options.real, rows, (3, 32, 32))
        return
    number = 0
    for settings, shape in [(IMAGES, (3, 8, 12)), (SQUARES, (1, 6, 6))]:
        where, inputs, rows = write_images(folder, shape)
        for one in settings:
            yield Case(program, folder, number, one, ["--data", where, "--test-share", "0.1", "hidden=[16]"], inputs, rows, shape)
            number += 1
    (table, unlabelled), rows = write_table(folder)
    for one in FLOATS:
        yield Case(program, folder, number, one, ["--data", table, "--label", "kind", "--test-share", "0.2", "hidden=[9]"], unlabelled, rows,
                   (6,))
        number += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--node", metavar="FOLDER")
    parser.add_argument("--real", metavar="FOLDER")
    options = parser.parse_args()
    readers = [f"python3-onnx {onnx.__version__}", f"OpenCV {cv2.__version__}"] if onnx else []
    print(", ".join(readers + COMPILERS))
    folder, count, failed = tempfile.mkdtemp(), 0, 0
    try:
        for case in cases_of(options, folder):
            print(case.name)
            for read, words in ((read_onnx, [options.node]), (read_c, [count == 0 or options.real])):
                if read is read_onnx and onnx is None:
                    continue
                try:
                    read(case, *words)
                except AssertionError as wrong:
                    print("FAILED:", wrong)
                    failed += 1
            count += 1
    finally:
        shutil.rmtree(folder)
    print(f"{count} models, {failed} failed")
    if onnx is None and failed == 0:
        print(f"skipped: the Python module {lacking} is missing, so nobody has read the ONNX files (python3-onnx, python3-opencv)")
        sys.exit(77)
    sys.exit(failed > 0)


main()
