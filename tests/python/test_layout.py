#!/usr/bin/python3
"""The structs of python/strata/_structs.py against the C compiler: every struct and field of include/strata is there, in its place.

The public headers are read here for the names of structs and fields; the compiler says sizes and offsets. Usage: test_layout.py [CC]
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"

from strata import _library, _structs  # noqa: E402


def headers() -> str:
    """All public headers without comments and preprocessor lines."""
    text = "\n".join(path.read_text() for path in sorted((INCLUDE / "strata").glob("*.h")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.M)


def declared_structs(text: str) -> dict[str, list[str]]:
    """The fields of each struct that the headers define, in their order."""
    out = {}
    for body, name in re.findall(r"typedef struct \{(.*?)\n\} (\w+);|", text, flags=re.S):
        if name:
            out[name] = [field for line in split_declarations(body) for field in names_of(line)]
    return out


def split_declarations(body: str) -> list[str]:
    return [" ".join(line.split()) for line in body.split(";") if line.strip()]


def names_of(declaration: str) -> list[str]:
    """The names that a declaration declares: of a function pointer, of arrays, of several."""
    pointer = re.search(r"\(\*(\w+)\)\(", declaration)
    if pointer:
        return [pointer.group(1)]
    return [re.sub(r"\[.*", "", part).split()[-1].lstrip("*") for part in declaration.split(",")]


def known_structs() -> dict[str, type]:
    return {value.c_name: value for value in vars(_structs).values() if isinstance(value, type) and hasattr(value, "c_name")}


def measured(structs: dict[str, type]) -> dict[str, int]:
    """What the compiler says: "struct" -> size, "struct.field" -> offset, "struct.field size" -> size."""
    lines = []
    for name, struct in structs.items():
        lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
        for field, *_ in struct._fields_:
            lines.append(f'printf("{name}.{field} %zu\\n", offsetof({name}, {field}));')
            lines.append(f'printf("{name}.{field}:size %zu\\n", sizeof((({name} *)0)->{field}));')
    program = "#include <stdio.h>\n#include <strata.h>\nint main(void)\n{\n" + "\n".join(lines) + "\nreturn 0;\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder) / "layout.c", Path(folder) / "layout"
        source.write_text(program)
        subprocess.run([os.environ.get("CC", "cc"), "-std=c17", f"-I{INCLUDE}", source, "-o", binary], check=True)
        said = subprocess.run([binary], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {key: int(value) for key, value in (line.split() for line in said.splitlines())}


class Layout(unittest.TestCase):
    def test_no_struct_is_missing(self):
        self.assertEqual(sorted(declared_structs(headers())), sorted(known_structs()))

    def test_no_field_is_missing(self):
        known = known_structs()
        for name, fields in declared_structs(headers()).items():
            with self.subTest(struct=name):
                self.assertEqual([field for field, *_ in known[name]._fields_], fields)

    def test_sizes_and_offsets_are_the_compilers(self):
        structs = known_structs()
        found = measured(structs)
        for name, struct in structs.items():
            with self.subTest(struct=name):
                self.assertEqual(ctypes.sizeof(struct), found[name])
                for field, *_ in struct._fields_:
                    place = getattr(struct, field)
                    self.assertEqual((field, place.offset, place.size), (field, found[f"{name}.{field}"], found[f"{name}.{field}:size"]))

    def test_signed_fields_are_signed(self):
        """A size says nothing of a sign: the header's types of whole numbers and floats are compared by name."""
        types = {"int": ctypes.c_int, "long": ctypes.c_long, "size_t": ctypes.c_size_t, "double": ctypes.c_double, "bool": ctypes.c_bool,
                 "uint64_t": ctypes.c_uint64, "float": ctypes.c_float}
        known, text = known_structs(), headers()
        for body, name in re.findall(r"typedef struct \{(.*?)\n\} (\w+);|", text, flags=re.S):
            if not name:
                continue
            kinds = {field: kind for field, kind, *_ in known[name]._fields_}
            for line in split_declarations(body):
                first = line.split()[0]
                if first in types and "*" not in line and "[" not in line and "(" not in line:
                    for field in names_of(line):
                        self.assertIs(kinds[field], types[first], f"{name}.{field}")

    def test_functions_have_the_arguments_of_the_headers(self):
        text = " ".join(headers().split())
        for name, (result, *arguments) in _library._FUNCTIONS.items():
            with self.subTest(function=name):
                found = re.search(r"([\w* ]+?)\b" + name + r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text)
                self.assertIsNotNone(found, "no public header declares it")
                words = found.group(2).strip()
                self.assertEqual(0 if words == "void" else words.count(",") + 1, len(arguments))
                self.assertEqual("void" == found.group(1).split()[-1], result is None)

    def test_statuses_and_enums_are_the_headers(self):
        core = (INCLUDE / "strata" / "core.h").read_text()
        listed = re.findall(r"X\((\w+), +(\d+), ", core)
        from strata import errors
        self.assertEqual(len(listed) - 1, len(errors.by_status))
        for status, (name, code) in enumerate(listed):
            if status:
                self.assertEqual((name, errors.by_status[status].exit_code), (name, int(code)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
