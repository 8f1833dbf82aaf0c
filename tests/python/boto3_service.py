"""AWS's own client for Python: exceptions, keys, embeddings and listings, and many calls at once."""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from aws import client_of, events_of
from cases import case, contains, equal, fails, gateway, in_front_of, run
from media import PNG_URL

client = client_of()
control = client_of("bedrock")
#: A Bedrock key that nobody has, a bearer that is no Bedrock key, and a signature in place of a key.
stranger = client_of(key=gateway.strangerKey)
keyless = client_of(key="sk-not-a-bedrock-key")
signing = boto3.session.Session("AKIA" + "EXAMPLE" * 2, "made-up").client(
    "bedrock-runtime",
    endpoint_url=gateway.awsUrl,
    config=Config(retries={"total_max_attempts": 1}, auth_scheme_preference="sigv4"),
)

HELLO = [{"role": "user", "content": [{"text": "Hello"}]}]
BACKENDS = (gateway.model, gateway.openaiModel, gateway.sagemakerModel)
PAID = (gateway.openaiModel, gateway.sagemakerModel, gateway.baseModel)


def ask(model=gateway.model, client=client, **members):
    return client.converse(modelId=model, **{"messages": HELLO, **members})


def stream(model=gateway.model, client=client, **members):
    return list(events_of(client.converse_stream(modelId=model, **{"messages": HELLO, **members})))


def text(answer):
    return "".join(block.get("text", "") for block in answer["output"]["message"]["content"])


def fault(name):
    return {"requestMetadata": {"simulator-fault": name}}


def refused(name, status, function):
    """The message of the exception that the service model has by that name and status."""
    error = fails(ClientError, function)
    raised = error.response
    # Each session of botocore makes classes of its own; what its model lacks is a plain ClientError.
    equal((type(error).__name__, raised["Error"]["Code"]), (name, name))
    equal(raised["ResponseMetadata"]["HTTPStatusCode"], status)
    equal(raised["ResponseMetadata"]["RequestId"], raised["ResponseMetadata"]["HTTPHeaders"]["x-request-id"])
    return raised["Error"]["Message"]


@case("ThrottlingException for a throttled model, buffered and streamed, with every backend")
@in_front_of(*BACKENDS)
def throttling(model):
    for call in (ask, stream):
        refused("ThrottlingException", 429, lambda: call(model, **fault("throttle")))
    refused("ThrottlingException", 429, lambda: ask(gateway.throttledModel))


@case("ValidationException for invalid requests and an overlong prompt")
def validation():
    turn = {"role": "user", "content": [{"toolResult": {"toolUseId": "call_1", "content": [{"text": "mild"}]}}]}
    for model in BACKENDS:
        refused("ValidationException", 400, lambda: ask(model, messages=[turn]))
        refused("ValidationException", 400, lambda: ask(model, messages=[]))
    for model in (gateway.model, gateway.openaiModel):
        for call in (ask, stream):
            said = refused("ValidationException", 400, lambda: call(model, **fault("too-long")))
            contains(said, "Input is too long for requested model.")


@case("AccessDeniedException and ResourceNotFoundException for denied and unknown models")
def not_there():
    refused("AccessDeniedException", 403, lambda: ask(**fault("access-denied")))
    for call in (ask, stream):
        refused("ResourceNotFoundException", 404, lambda: call("gpt-unheard-of"))
    fails(client.exceptions.ValidationException, lambda: ask("amazon.nova-unheard-of-v1:0"))


@case("server failures have Bedrock's names and no details of the stack")
def failures():
    refused("ModelErrorException", 424, lambda: ask(**fault("model-error")))
    refused("ModelErrorException", 424, lambda: ask(gateway.sagemakerModel, **fault("model-error")))
    refused("InternalServerException", 500, lambda: ask(gateway.openaiModel, **fault("redirect")))
    refused("ServiceUnavailableException", 503, lambda: ask(gateway.sagemakerModel, **fault("unavailable")))
    # Bedrock's own bytes pass as they are.
    for model in BACKENDS[1:]:
        refused("InternalServerException", 500, lambda: ask(model, **fault("not-json")))
    for model in BACKENDS:
        said = refused("ValidationException", 400, lambda: ask(model, **fault("leak")))
        for secret in ("arn:aws", "123456789012", gateway.apiKey[:24], "sk-"):
            assert secret not in said, f"{secret} is in {said}"


@case("EventStreamError for an interrupted stream")
def broken_streams():
    common = ("stream-internal", "cut-frame", "cut-between", "reset-mid-stream")
    of_their_own = {
        gateway.model: ("stream-throttle", "stream-model-error", "stream-validation", "stream-unavailable"),
        gateway.openaiModel: (),
        gateway.sagemakerModel: ("stream-model-error", "error-line"),
        gateway.lmiModel: ("error-line",),
    }
    with ThreadPoolExecutor(8) as pool:
        for model, names in of_their_own.items():
            list(pool.map(lambda name: breaks(model, name), (*common, *names)))


def breaks(model, name):
    heard = []

    def read():
        for event in events_of(client.converse_stream(modelId=model, messages=HELLO, **fault(name))):
            heard.append(event)

    code = fails(EventStreamError, read).response["Error"]["Code"]
    assert code[0].islower() and code.endswith("Exception"), code
    assert any("contentBlockDelta" in event for event in heard), f"{model}, {name}: nothing was said before it broke"
    assert not any("messageStop" in event for event in heard), f"{model}, {name}: it stopped as if it were whole"


@case("the response checker reports invalid responses")
def judged_answers():
    contains(str(fails(AssertionError, lambda: ask(**fault("unknown-event")))), "somethingNew")
    contains(str(fails(AssertionError, lambda: stream(**fault("no-usage")))), '"usage"')


@case("an exception in the first event is an HTTP error")
def first_event():
    refused("ThrottlingException", 429, lambda: stream(**fault("first-frame-exception")))
    refused("InternalServerException", 500, lambda: stream(gateway.openaiModel, **fault("first-event-error")))
    refused("ModelStreamErrorException", 424, lambda: stream(gateway.sagemakerModel, **fault("first-frame-exception")))


@case("a call that is retried succeeds")
def tried_again():
    patient = client_of(attempts=3)
    for model in (gateway.model, gateway.openaiModel):
        metadata = {"simulator-fault": "throttle-once", "simulator-id": "boto3"}
        contains(text(ask(model, patient, requestMetadata=metadata)), "Hello")


@case("an unknown key, no key and a signature are refused with every backend")
@in_front_of(*BACKENDS)
def strangers(model):
    for call in (ask, stream):
        said = refused("AccessDeniedException", 403, lambda: call(model, stranger))
        assert gateway.strangerKey not in said, "the message repeats the key"
        refused("AccessDeniedException", 403, lambda: call(model, keyless))
        contains(refused("AccessDeniedException", 403, lambda: call(model, signing)), "AWS_BEARER_TOKEN_BEDROCK")


@case("fields that raise the stack's costs are refused")
@in_front_of(*PAID)
def spending(model):
    image = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://example-bucket/a.png"}}}}
    refused("ValidationException", 400, lambda: ask(model, messages=[{"role": "user", "content": [image]}]))
    for members in (
        {"serviceTier": {"type": "priority"}},
        {"promptVariables": {"name": {"text": "value"}}},
        {"guardrailConfig": {"guardrailIdentifier": "abcdef123456", "guardrailVersion": "1"}},
    ):
        (member,) = members
        contains(refused("ValidationException", 400, lambda: ask(model, **members)), member)


def invoke(model, body, client=client):
    reply = client.invoke_model(modelId=model, body=json.dumps(body))
    equal(reply["contentType"], "application/json")
    return json.loads(reply["body"].read()), reply["ResponseMetadata"]["HTTPHeaders"]


@case("invoke_model: embeddings of every family, by ID, ARN and name")
def embeddings():
    titan = {"inputText": "some words"}
    arn = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
    for model in ("amazon.titan-embed-text-v2:0", arn):
        reply, headers = invoke(model, {**titan, "dimensions": 256, "normalize": True})
        equal(len(reply["embedding"]), 256)
        equal(headers["x-amzn-bedrock-input-token-count"], str(reply["inputTextTokenCount"]))
    equal(len(invoke("amazon.titan-embed-text-v1", titan)[0]["embedding"]), 1536)
    picture = PNG_URL.partition(",")[2]
    equal(len(invoke("amazon.titan-embed-image-v1", {**titan, "inputImage": picture})[0]["embedding"]), 1024)
    texts = {"texts": ["one", "two"], "input_type": "search_document"}
    for model, size in (("cohere.embed-english-v3", 1024), ("cohere.embed-v4:0", 1536), (gateway.embeddingModel, 1536)):
        found = invoke(model, texts)[0]["embeddings"]
        equal([len(vector) for vector in (found["float"] if isinstance(found, dict) else found)], [size, size])
    single = {"embeddingPurpose": "GENERIC_INDEX", "text": {"truncationMode": "END", "value": "words"}}
    nova, _headers = invoke(
        "amazon.nova-2-multimodal-embeddings-v1:0", {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": single}
    )
    equal(len(nova["embeddings"][0]["embedding"]), 3072)


@case("invoke_model: embeddings of an OpenAI-compatible server, in the requested format")
def translated_embeddings():
    reply, headers = invoke(gateway.openaiEmbeddingModel, {"inputText": "some words", "dimensions": 256})
    equal((len(reply["embedding"]), type(reply["inputTextTokenCount"])), (256, int))
    contains(headers["x-gateway-target"], "openai:")
    found, _headers = invoke(gateway.openaiEmbeddingModel, {"texts": ["one", "two"], "input_type": "search_query"})
    equal([len(vector) for vector in found["embeddings"]], [1536, 1536])
    refused("AccessDeniedException", 403, lambda: invoke(gateway.openaiEmbeddingModel, {"inputText": "a"}, stranger))


@case("invoke_model: models without embeddings are refused")
def no_embeddings():
    for model in (gateway.openaiModel, gateway.sagemakerModel):
        fails(client.exceptions.ValidationException, lambda: invoke(model, {"messages": HELLO}))
    fails(client.exceptions.ValidationException, lambda: invoke("amazon.titan-embed-text-v2:0", {"texts": ["one"]}))
    fails(client.exceptions.ResourceNotFoundException, lambda: invoke("embed-unheard-of", {"inputText": "a"}))


CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
MESSAGES = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Tell me about rivers"}],
}


@case("invoke_model and its stream: Claude, by ID, ARN and name")
def invoke_claude():
    arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{CLAUDE}"
    for model in (CLAUDE, arn, gateway.model):
        reply, headers = invoke(model, MESSAGES)
        contains(reply["content"][0]["text"], "rivers")
        equal(headers["x-amzn-bedrock-output-token-count"], str(reply["usage"]["output_tokens"]))
        streamed = client.invoke_model_with_response_stream(modelId=model, body=json.dumps(MESSAGES))
        equal(streamed["contentType"], "application/json")
        events = [json.loads(event["chunk"]["bytes"]) for event in events_of(streamed)]
        text = "".join(event.get("delta", {}).get("text", "") for event in events)
        equal(text, reply["content"][0]["text"])
        equal(events[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"], reply["usage"]["output_tokens"])


@case("invoke_model_with_response_stream: embeddings are refused")
def invoke_stream_refused():
    def streaming(model, body=MESSAGES, client=client):
        return client.invoke_model_with_response_stream(modelId=model, body=json.dumps(body))

    for model in PAID:
        contains(refused("ValidationException", 400, lambda: streaming(model)), "ConverseStream")
    message = refused("ValidationException", 400, lambda: streaming(CLAUDE, {**MESSAGES, "top": 1}))
    contains(message, "top: Extra inputs are not permitted")
    refused("ResourceNotFoundException", 404, lambda: streaming("claude-of-tomorrow"))
    refused("AccessDeniedException", 403, lambda: streaming(CLAUDE, client=stranger))
    refused("AccessDeniedException", 403, lambda: streaming(CLAUDE, client=keyless))


@case("count_tokens accepts both kinds of input")
def tokens():
    model = "anthropic.claude-3-haiku-20240307-v1:0"
    for given in ({"converse": {"messages": HELLO}}, {"invokeModel": {"body": json.dumps(MESSAGES)}}):
        assert client.count_tokens(modelId=model, input=given)["inputTokens"] > 2
    given = {"converse": {"messages": HELLO}}
    refused("ValidationException", 400, lambda: client.count_tokens(modelId=CLAUDE, input=given))
    refused("ValidationException", 400, lambda: client.count_tokens(modelId=gateway.openaiModel, input=given))


@case("apply_guardrail and invoke_guardrail_checks assess a text")
def guardrails():
    arn = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"
    for identifier, word, action in (("abc123", "fine", "NONE"), (arn, "forbidden", "GUARDRAIL_INTERVENED")):
        content = [{"text": {"text": f"a {word} text"}}]
        applied = client.apply_guardrail(
            guardrailIdentifier=identifier, guardrailVersion="DRAFT", source="INPUT", content=content
        )
        equal(applied["action"], action)
    if not hasattr(client, "invoke_guardrail_checks"):
        return  # newer than the oldest boto3 that is promised
    checks = {"promptAttack": {"categories": [{"category": "JAILBREAK"}]}}
    messages = [{"role": "user", "content": [{"text": "a fine text"}]}]
    checked = client.invoke_guardrail_checks(messages=messages, checks=checks)
    equal(checked["results"]["promptAttack"]["results"], [{"category": "JAILBREAK", "severityScore": 0}])


@case("start_async_invoke, get_async_invoke and list_async_invokes")
def asynchronous():
    output = {"s3OutputDataConfig": {"s3Uri": "s3://bucket/key"}}
    model = "amazon.nova-2-multimodal-embeddings-v1:0"
    started = client.start_async_invoke(modelId=model, modelInput={"taskType": "x"}, outputDataConfig=output)
    found = client.get_async_invoke(invocationArn=started["invocationArn"])
    equal((found["status"], found["outputDataConfig"]), ("Completed", output))
    listed = client.list_async_invokes(statusEquals="Completed", submitTimeAfter="2020-01-01T00:00:00Z")
    assert found["invocationArn"] in [one["invocationArn"] for one in listed["asyncInvokeSummaries"]], listed
    abroad = started["invocationArn"].replace("us-east-1", "eu-west-1")
    refused("ValidationException", 400, lambda: client.get_async_invoke(invocationArn=abroad))


@case("list_foundation_models lists Bedrock's models and the catalog; get_foundation_model finds each")
def foundation_models():
    listed = control.list_foundation_models()["modelSummaries"]
    found = {summary["modelId"] for summary in listed}
    names = {
        gateway.model,
        gateway.openaiModel,
        gateway.sagemakerModel,
        gateway.embeddingModel,
        "amazon.nova-lite-v1:0",
    }
    equal(sorted(names - found), [])
    for name in found:
        equal(control.get_foundation_model(modelIdentifier=name)["modelDetails"]["modelId"], name)
    only = control.list_foundation_models(byOutputModality="EMBEDDING", byProvider="Cohere")["modelSummaries"]
    assert only and all(model["providerName"] == "Cohere" for model in only), only
    for name in ("unheard of", "amazon.unheard-of-v1:0"):
        fails(control.exceptions.ValidationException, lambda: control.get_foundation_model(modelIdentifier=name))


@case("list_inference_profiles reads page by page; get_inference_profile accepts ID and ARN")
def inference_profiles():
    pages = list(control.get_paginator("list_inference_profiles").paginate(PaginationConfig={"PageSize": 5}))
    profiles = [profile for page in pages for profile in page["inferenceProfileSummaries"]]
    assert len(pages) > 2 and max(len(page["inferenceProfileSummaries"]) for page in pages) == 5, len(pages)
    equal(profiles, control.list_inference_profiles()["inferenceProfileSummaries"])
    equal(len({profile["inferenceProfileArn"] for profile in profiles}), len(profiles))
    for profile in profiles[:3]:
        for identifier in (profile["inferenceProfileId"], profile["inferenceProfileArn"]):
            got = control.get_inference_profile(inferenceProfileIdentifier=identifier)
            equal((got["inferenceProfileArn"], got["models"]), (profile["inferenceProfileArn"], profile["models"]))
    own = control.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
    equal([profile["type"] for profile in own], ["APPLICATION"])
    fails(
        control.exceptions.ResourceNotFoundException,
        lambda: control.get_inference_profile(inferenceProfileIdentifier="unheard-of"),
    )


@case("an unknown key lists nothing")
def stranger_lists():
    nobody = client_of("bedrock", key=gateway.strangerKey)
    refused("AccessDeniedException", 403, nobody.list_foundation_models)
    refused("AccessDeniedException", 403, nobody.list_inference_profiles)


@case("concurrent calls stay separate, with every backend, valid and invalid keys")
def interleaved():
    busy = client_of(max_pool_connections=50)

    def one(number):
        model = BACKENDS[number % 3]
        messages = [{"role": "user", "content": [{"text": f"Number {number} speaking"}]}]
        if number % 4 == 3:
            refused("AccessDeniedException", 403, lambda: ask(model, stranger, messages=messages))
        elif number % 2:
            deltas = [event.get("contentBlockDelta") for event in stream(model, busy, messages=messages)]
            contains("".join(delta["delta"]["text"] for delta in deltas if delta), f"Number {number} speaking")
        else:
            contains(text(ask(model, busy, messages=messages)), f"Number {number} speaking")

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(one, range(60)))


run()
