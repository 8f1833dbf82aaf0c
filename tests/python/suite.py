"""Runs Python files one after another in one process, so that packages are imported once.

Reads {env, files} from standard input; prints one line of JSON for each file: {lines, error}, what it printed and the exception
that ended it, or null. Each file finds the environment variables and the modules of this folder as in a process of its own.
"""

import contextlib
import gc
import io
import json
import os
import runpy
import sys
import traceback

try:
    from botocore.loaders import JSONFileLoader
except ImportError:
    JSONFileLoader = None

#: Names of the modules of this folder.
OWN_MODULES = [name.removesuffix(".py") for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py")]


def run(file):
    said, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(file)
    except (Exception, SystemExit):
        error = traceback.format_exc(limit=-4)
    return {"lines": said.getvalue().splitlines(), "error": error}


def parsed_once(load_file):
    """Parses each file of botocore once: every session did again, and only clients of one session shared what was parsed."""
    parsed = {}

    def load(loader, path):
        if path not in parsed:
            parsed[path] = load_file(loader, path)
        return parsed[path]

    return load


def forget_own_modules():
    for name in OWN_MODULES:
        sys.modules.pop(name, None)


# The classes of the clients are many and stay: a search for garbage after each 700 new objects would look at all of them.
gc.set_threshold(100_000, 50, 1_000)
if JSONFileLoader is not None:
    JSONFileLoader.load_file = parsed_once(JSONFileLoader.load_file)
given = json.load(sys.stdin)
os.environ.update(given["env"])
variables = dict(os.environ)
for path in given["files"]:
    print(json.dumps(run(path)), flush=True)
    os.environ.clear()
    os.environ.update(variables)
    forget_own_modules()
