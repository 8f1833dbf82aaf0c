"""Runs the cases of a script and prints one line of JSON for each: {name, ok, detail}."""

import asyncio
import inspect
import json
import os
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

#: Where the gateway is and what it offers, as the test that starts the script knows it.
gateway = SimpleNamespace(**json.loads(os.environ["GATEWAY"]))

_cases = []


def case(name):
    """Registers a function, or a coroutine function, under the name that its test has."""

    def register(function):
        _cases.append((name, function))
        return function

    return register


def in_front_of(*models):
    """Makes a case of a function of a model: it must hold for each of them, all at once."""

    def spread(function):
        def check(model):
            try:
                function(model)
            except Exception as error:
                raise AssertionError(f"in front of {model}: {error}") from error

        def check_all():
            with ThreadPoolExecutor(len(models)) as pool:
                list(pool.map(check, models))

        return check_all

    return spread


def run():
    for name, function in _cases:
        print(json.dumps({"name": name, **_outcome(function)}), flush=True)


def _outcome(function):
    try:
        result = function()
        if inspect.iscoroutine(result):
            asyncio.run(result)
        return {"ok": True, "detail": ""}
    except Exception:
        return {"ok": False, "detail": traceback.format_exc(limit=-4)}


def equal(actual, expected):
    assert actual == expected, f"{actual!r} is not {expected!r}"


def merged(chunks):
    """The one message that the chunks of a stream add up to."""
    whole, *rest = chunks
    for chunk in rest:
        whole += chunk
    return whole


def contains(text, part):
    assert part in (text or ""), f"{part!r} is not in {text!r}"


def fails(error, function):
    """The error of that class, or a subclass, which the function raises."""
    try:
        function()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")
