# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Configuration of the test suite. Features name what a test needs beyond the
# build: a Python package, the real models. A test whose feature is missing is
# reported as unsupported, never as passed.

import os
import shutil
import subprocess
import tempfile

import lit.formats

config.name = "Rescale"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["lit.cfg.py", "lit.site.cfg.py", "summary.py", "doctest.py",
                   "Inputs", "Benchmark", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.rescale_binary_dir, "test")

tools_dir = os.path.join(config.rescale_binary_dir, "bin")
python_dir = os.path.join(config.rescale_source_dir, "python")
models_dir = os.environ.get(
    "RESCALE_MODELS",
    os.path.join(config.rescale_source_dir, os.pardir, "shared", "models"),
)
models_dir = os.path.abspath(models_dir)

config.environment["PATH"] = os.pathsep.join(
    [tools_dir, config.llvm_tools_dir, os.environ["PATH"]]
)
config.environment["PYTHONPATH"] = python_dir
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"
config.environment["RESCALE_TOOLS"] = tools_dir
config.environment["RESCALE_MODELS"] = models_dir
for name in ("HOME", "CCACHE_DIR"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
if config.sanitize:
    config.available_features.add("sanitizer")
    # The packaged libMLIR.so is not instrumented: its bump allocators would be
    # reported as poisoned.
    config.environment["ASAN_OPTIONS"] = (
        "allow_user_poisoning=0:detect_leaks=0:detect_container_overflow=0"
    )

config.substitutions += [
    ("%python", config.python),
    ("%models", models_dir),
    ("%shipped_model",
     os.path.join(python_dir, "rescale", "shipped", "digits.mlir")),
    ("%rescale_source_dir", config.rescale_source_dir),
    ("%rescale_binary_dir", config.rescale_binary_dir),
    ("%plugin",
     os.path.join(config.rescale_binary_dir, "lib", "RescalePlugin.so")),
    ("%mlir_opt", os.path.join(config.llvm_tools_dir, "mlir-opt")),
    ("%llvm_library_dir", config.llvm_library_dir),
    ("%mlir_cmake_dir", config.mlir_cmake_dir),
    ("%mlir_include", config.mlir_include_dir),
    ("%cmake", config.cmake),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    ("%unit_bin",
     os.path.join(config.rescale_binary_dir, "test", "unit", "bin")),
]

if os.path.isdir(models_dir):
    config.available_features.add("models")
else:
    lit_config.note(
        "the real models are not in %s: their tests are skipped; set "
        "RESCALE_MODELS, see docs/Models.md" % models_dir
    )

# Programs that tests may need beside what builds the project.
programs = ["gcc", "g++", "clang-22", "clang-format-22", "clang-tidy-22",
            "cppcheck", "valgrind", "chromium", "ld.lld-22",
            "qemu-system-aarch64", "qemu-system-arm", "qemu-system-riscv32"]
config.available_features.update(filter(shutil.which, programs))


def links(*command):
    """Whether a compiler links a program that uses its C library."""
    if not shutil.which(command[0]):
        return False
    with tempfile.TemporaryDirectory() as folder:
        return not subprocess.run(
            [*command, "-x", "c", "-", "-o", os.path.join(folder, "a.out")],
            input="#include <stdlib.h>\nint main(void) { return abs(0); }\n",
            capture_output=True, text=True, check=False,
        ).returncode


# A cross compiler without its C library, or clang without the run time of its
# sanitizers, is no help: each comes in a package of its own.
for feature, command in {
    "arm-none-eabi-gcc": ["arm-none-eabi-gcc", "--specs=nosys.specs"],
    "riscv64-unknown-elf-gcc": [
        "riscv64-unknown-elf-gcc", "--specs=picolibc.specs",
        "-march=rv32im", "-mabi=ilp32"],
    "clang-sanitizers": ["clang-22", "-fsanitize=address,undefined"],
    "clang-type-sanitizer": ["clang-22", "-fsanitize=type"],
}.items():
    if links(*command):
        config.available_features.add(feature)

# A solver of SMT-LIB, which pip puts beside Python.
z3 = shutil.which("z3", path=os.pathsep.join(
    [os.path.dirname(config.python), config.environment["PATH"]]))
if z3:
    config.available_features.add("z3")
config.substitutions.append(("%z3", z3 or ""))

# Root may write anywhere, so a test of permissions drops its privileges.
if os.geteuid():
    config.available_features.add("unprivileged")
    config.substitutions.append(("%unprivileged ", ""))
elif shutil.which("setpriv"):
    config.available_features |= {"unprivileged", "root"}
    config.substitutions.append(
        ("%unprivileged ", "setpriv --reuid=65534 --regid=65534 --clear-groups ")
    )

# The Python packages that tests may need, by feature.
packages = {
    "numpy": "numpy",
    "sklearn": "sklearn",
    "torch": "torch",
    "executorch": "executorch",
    "tflite": "tflite",
    "tosa-converter": "tosa_converter_for_tflite",
    "tosa-reference-model": "tosa_reference_model",
    "iree": "iree.compiler",
    "jsonschema": "jsonschema",
    "jinja2": "jinja2",
    "matplotlib": "matplotlib",
    "optuna": "optuna",
}
probe = "import importlib.util, sys\n" + "".join(
    "try:\n print('%s' if importlib.util.find_spec('%s') else '')\n"
    "except ImportError: pass\n" % item
    for item in packages.items()
)
found = subprocess.run(
    [config.python, "-c", probe], capture_output=True, text=True, check=True
)
config.available_features.update(found.stdout.split())
