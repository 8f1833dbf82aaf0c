"""AWS's own client for Python in front of the gateway: only the endpoint is changed, and every answer is judged."""

import contextlib
import json
import os

import boto3
from botocore.config import Config
from botocore.response import StreamingBody
from botocore.validate import ParamValidator

from cases import gateway

#: No profile of this machine has a say.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_EC2_METADATA_DISABLED="true")
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_BEARER_TOKEN_BEDROCK=gateway.apiKey)

_validator = ParamValidator()


def client_of(service="bedrock-runtime", key=gateway.apiKey, endpoint=gateway.awsUrl, attempts=1, **options):
    """A client that brings a key as a bearer, as AWS's documentation has it: by the environment."""
    retries = {"total_max_attempts": attempts, "mode": "standard"}
    with _environment("AWS_BEARER_TOKEN_BEDROCK", key):
        client = boto3.session.Session().client(
            service, endpoint_url=endpoint, config=Config(retries=retries, **options)
        )
    return judged(client)


def judged(client):
    """Holds whatever the client reads from now on against the service model, of which its parser is no judge."""
    client.meta.events.register("before-parse.*.*", _judge_body)
    client.meta.events.register("after-call.*.*", _judge_answer)
    return client


def events_of(response):
    """The events of a stream, each as the service model has it."""
    stream = response.get("stream", response.get("body"))
    for event in stream:
        _judge(event, stream._output_shape)
        yield event


@contextlib.contextmanager
def _environment(name, value):
    before = os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value
    try:
        yield
    finally:
        os.environ[name] = before


def _judge_body(operation_model, response_dict, **_rest):
    """Members that the service model lacks, which the parser would leave out in silence."""
    shape = operation_model.output_shape
    if (
        response_dict["status_code"] >= 300
        or operation_model.has_event_stream_output
        or "payload" in shape.serialization
    ):
        return
    unknown = list(_unknown(json.loads(response_dict["body"]), shape, ""))
    assert unknown == [], f"{operation_model.name} has no {unknown}"


def _judge_answer(model, parsed, http_response, **_rest):
    if http_response.status_code >= 300 or model.has_event_stream_output:
        return
    answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    body = answer.pop("body", None)
    assert body is None or isinstance(body, StreamingBody), body
    _judge({**answer, **({} if body is None else {"body": b""})}, model.output_shape)


def _judge(value, shape):
    report = _validator.validate(value, shape)
    assert not report.has_errors(), f"{shape.name}: {report.generate_report()}"


def _unknown(value, shape, path):
    if shape.type_name == "structure" and not shape.is_document_type and isinstance(value, dict):
        members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        for name, item in value.items():
            if name in members:
                yield from _unknown(item, members[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, item in value.items():
            yield from _unknown(item, shape.value, f"{path}.{name}")
