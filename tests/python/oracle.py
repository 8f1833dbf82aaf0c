"""AWS's own validator of requests, as the AWS clients for Python run it before they send anything.

Reads {operation, model, body} line by line; prints for each what is wrong with it, or null. Of the constraints in the service
model it checks types, members, unions and minimums; not maximums, patterns and enums.
"""

import base64
import json
import sys

import botocore.session
from botocore.validate import ParamValidator

service = botocore.session.get_session().get_service_model("bedrock-runtime")
validator = ParamValidator()


def from_wire(value, shape):
    """The value as a caller in Python would hand it over: blobs are bytes there, base64 on the wire alone."""
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if shape.type_name == "list" and isinstance(value, list):
        return [from_wire(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_wire(item, shape.value) for key, item in value.items()}
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        members = shape.members
        return {key: from_wire(item, members[key]) if key in members else item for key, item in value.items()}
    return value


def refusal(request):
    shape = service.operation_model(request["operation"]).input_shape
    try:
        params = from_wire(request["body"], shape)
    except ValueError as error:
        return f"no base64: {error}"
    # The model's id stands in the path.
    params = {**params, "modelId": request["model"]} if isinstance(params, dict) else params
    report = validator.validate(params, shape)
    return report.generate_report() if report.has_errors() else None


for line in sys.stdin:
    print(json.dumps(refusal(json.loads(line))))
