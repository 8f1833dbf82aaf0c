"""Judges inputs of resources by AWS's service models, as botocore ships them.

Reads lines of JSON, each with the type of a resource and its inputs, and prints a list of problems for each. The requests
that the provider makes of the inputs are described in operations.json: members are called alike but for their case, unless
`names` says otherwise; `leaves` are inputs that go into another request, or into none.
"""

import json
import pathlib
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

OPERATIONS = json.loads((pathlib.Path(__file__).parent / "operations.json").read_text())
SESSION = botocore.session.get_session()
MODELS = {}


def model(service):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(service)
    return MODELS[service]


def judge(resource):
    problems = []
    calls = OPERATIONS.get(resource["type"])
    if calls is None:
        return [f"{resource['type']} is not in operations.json"]
    for call in calls:
        inputs = {name: value for name, value in resource["inputs"].items() if not name.startswith("__")}
        if "of" in call:
            inputs = inputs.get(call["of"])
        if inputs is None:
            continue
        problems += [f"{call['shape']}: {problem}" for problem in judge_call(call, inputs)]
    return problems


def judge_call(call, inputs):
    shape = model(call["service"]).shape_for(call["shape"])
    rest = {name: value for name, value in inputs.items() if name not in call.get("leaves", [])}
    problems = []
    request = {**request_of(shape, rest, Naming(call, problems)), **call.get("given", {})}
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        problems.append(report.generate_report())
    bounds(shape, request, call["shape"], problems)
    return problems


class Naming:
    """How AWS calls what the provider calls otherwise, and where what it does not know is noted."""

    def __init__(self, call, problems, path=""):
        self.call, self.problems, self.path = call, problems, path

    def member(self, shape, name):
        path = self.path + name
        wanted = self.call.get("names", {}).get(path, name)
        found = [member for member in shape.members if member.lower() == wanted.lower()]
        if not found:
            self.problems.append(f"{path}: {shape.name} has no such member")
        return found[0] if found else None

    def below(self, name):
        return Naming(self.call, self.problems, f"{self.path}{name}.")


def request_of(shape, value, naming):
    """The value as the request has it."""
    if shape.type_name == "structure":
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):  # a text that stands for a structure of one member
            return {next(iter(shape.members)): value}
        known = {name: naming.member(shape, name) for name in value}
        return {
            member: request_of(shape.members[member], value[name], naming.below(name))
            for name, member in known.items()
            if member is not None
        }
    if shape.type_name == "list":
        if isinstance(value, dict) and {name.lower() for name in shape.member.members} >= {"key", "value"}:
            key, text = sorted(name for name in shape.member.members if name.lower() in ("key", "value"))
            return [{key: name, text: each} for name, each in value.items()]
        values = value if isinstance(value, list) else [value]
        return [request_of(shape.member, each, naming) for each in values]
    if shape.type_name in ("integer", "long") and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def bounds(shape, value, path, problems):
    """What botocore itself does not look at: words, patterns and the most of everything."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, each in value.items():
            bounds(shape.members[name], each, f"{path}.{name}", problems)
    elif shape.type_name == "list" and isinstance(value, list):
        size(shape, len(value), path, problems)
        for index, each in enumerate(value):
            bounds(shape.member, each, f"{path}[{index}]", problems)
    elif shape.type_name == "map" and isinstance(value, dict):
        size(shape, len(value), path, problems)
        for name, each in value.items():
            bounds(shape.key, name, f"{path} (key)", problems)
            bounds(shape.value, each, f"{path}.{name}", problems)
    elif shape.type_name == "string":
        text(shape, value, path, problems)
    elif shape.type_name in ("integer", "long", "double", "float"):
        size(shape, value, path, problems)


def text(shape, value, path, problems):
    size(shape, len(value), path, problems)
    if shape.enum and value not in shape.enum:
        problems.append(f"{path}: {value!r} is none of {shape.enum}")
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not matches(pattern, value):
        problems.append(f"{path}: {value!r} does not match {pattern}")


def matches(pattern, value):
    # AWS's patterns are Java's; Python lacks the classes of Unicode.
    pattern = pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s").replace(r"\p{M}\p{L}\p{N}", r"\w")
    pattern = pattern.replace(r"\p{L}\p{M}\p{S}\p{N}\p{P}", r"\S")
    pattern = re.sub(r"\[\\u0009\\u000A\\u000D\\u0020-\\u00FF\]\+", r"[\\t\\n\\r -\\xff]+", pattern)
    return re.fullmatch(pattern, value) is not None


def size(shape, count, path, problems):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and count < least or most is not None and count > most:
        problems.append(f"{path}: {count} is not from {least} to {most}")


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))))
