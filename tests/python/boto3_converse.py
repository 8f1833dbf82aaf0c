"""AWS's own client for Python: talking to models behind every backend, as an app written for Bedrock does."""

import json
import os

import boto3

from aws import client_of, events_of, judged
from cases import case, contains, equal, gateway, in_front_of, run
from media import PDF, PNG

client = client_of()

ACCOUNT_ARN = "arn:aws:bedrock:us-east-1:123456789012"
#: Bedrock behind a name of the catalog, an id with a colon, a profile, and every kind of ARN.
BEDROCK = (
    gateway.model,
    "amazon.nova-lite-v1:0",
    "us.anthropic.claude-sonnet-4-6",
    f"{ACCOUNT_ARN}:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    f"{ACCOUNT_ARN}:application-inference-profile/a1b2c3d4e5f6",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    "openai.gpt-oss-120b-1:0",
)
#: Those that call tools, see images and know schemas, one behind each backend.
ABLE = (gateway.model, gateway.openaiModel, gateway.sagemakerModel, gateway.lmiModel)
EVERY = (*BEDROCK, *ABLE, gateway.baseModel)

TOOLS = [
    {
        "toolSpec": {
            "name": "get_weather",
            "description": "The weather of a city",
            "inputSchema": {
                "json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
            },
        }
    },
    {
        "toolSpec": {
            "name": "get_time",
            "description": "What the clock says",
            "inputSchema": {"json": {"type": "object", "properties": {}}},
        }
    },
]
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "inhabitants": {"type": "integer"}},
    "required": ["name", "inhabitants"],
    "additionalProperties": False,
}


def user(*blocks):
    return {"role": "user", "content": [{"text": block} if isinstance(block, str) else block for block in blocks]}


HELLO = user("Hello")
QUESTION = user("What is the weather in Lisbon?")


def ask(model, *messages, **members):
    return client.converse(modelId=model, messages=list(messages), **members)


def stream(model, *messages, **members):
    return gathered(events_of(client.converse_stream(modelId=model, messages=list(messages), **members)))


def gathered(events):
    """The events of a stream put together to what Converse would have answered; their order is held to Bedrock's."""
    names, blocks, answer, is_open = [], [], {}, False
    for event in events:
        ((name, value),) = event.items()
        names.append(name)
        if name in ("contentBlockStart", "contentBlockDelta") and not is_open:
            equal(value["contentBlockIndex"], len(blocks))
            blocks.append({})
        is_open = (is_open or name == "contentBlockStart") if name != "contentBlockDelta" else True
        if name == "contentBlockStart":
            blocks[-1] = {key: {**begun, "input": ""} for key, begun in value["start"].items()}
        elif name == "contentBlockDelta":
            equal(value["contentBlockIndex"], len(blocks) - 1)
            add(blocks[-1], value["delta"])
        elif name == "contentBlockStop":
            is_open = False
        else:
            answer.update(value)
    equal((names[0], names[-2:], is_open), ("messageStart", ["messageStop", "metadata"], False))
    for block in blocks:
        if "toolUse" in block:
            block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
    return {**answer, "output": {"message": {"role": answer.pop("role"), "content": blocks}}}


def add(block, delta):
    if "toolUse" in delta:
        block["toolUse"]["input"] += delta["toolUse"]["input"]
    elif "reasoningContent" in delta:
        thought = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {})
        for key, part in delta["reasoningContent"].items():
            thought[key] = thought.get(key, "") + part
    else:
        block["text"] = block.get("text", "") + delta["text"]


def message(answer):
    return answer["output"]["message"]


def text(answer):
    return "".join(block.get("text", "") for block in message(answer)["content"])


def calls(answer):
    return [block["toolUse"] for block in message(answer)["content"] if "toolUse" in block]


def called(answer):
    return [(call["name"], call["input"]) for call in calls(answer)]


def results(answer, *contents):
    uses = [{"toolUseId": call["toolUseId"], "content": [content]} for call, content in zip(calls(answer), contents)]
    return user(*({"toolResult": use} for use in uses))


@case("converse and converse_stream return the same text, by name, ID and ARN, with every backend")
@in_front_of(*EVERY)
def same_answer(model):
    whole, streamed = ask(model, HELLO), stream(model, HELLO)
    contains(text(whole), "Hello")
    equal((message(whole)["role"], whole["stopReason"]), ("assistant", "end_turn"))
    equal([message(streamed), streamed["stopReason"]], [message(whole), whole["stopReason"]])
    usage = whole["usage"]
    equal(usage["totalTokens"], usage["inputTokens"] + usage["outputTokens"])
    equal(streamed["usage"], usage)
    assert whole["metrics"]["latencyMs"] >= 0 and streamed["metrics"]["latencyMs"] >= 0


@case("streams in several events")
@in_front_of(*ABLE)
def pieces(model):
    response = client.converse_stream(modelId=model, messages=[HELLO])
    assert sum("contentBlockDelta" in event for event in events_of(response)) > 5


@case("responses name their target and have one request ID")
def named():
    for model, backend in (
        (gateway.model, "bedrock:"),
        (gateway.openaiModel, "openai:"),
        (gateway.sagemakerModel, "sagemaker:"),
    ):
        metadata = ask(model, HELLO)["ResponseMetadata"]
        contains(metadata["HTTPHeaders"]["x-gateway-target"], backend)
        equal(metadata["RequestId"], metadata["HTTPHeaders"]["x-request-id"])


@case("reads the endpoint from the environment")
def endpoint_from_environment():
    os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = gateway.awsUrl
    try:
        contains(
            text(judged(boto3.client("bedrock-runtime")).converse(modelId=gateway.openaiModel, messages=[HELLO])),
            "Hello",
        )
    finally:
        del os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]


@case("accepts system text and a conversation")
@in_front_of(*EVERY)
def conversation(model):
    turns = [HELLO, {"role": "assistant", "content": [{"text": "Good day"}]}, user("And what now?")]
    answer = ask(model, *turns, system=[{"text": "Be brief."}, {"text": "Be kind."}])
    contains(text(answer), "And what now?" if model != gateway.baseModel else "what now?")
    assert answer["usage"]["inputTokens"] > ask(model, *turns)["usage"]["inputTokens"], "the system was not sent"


@case("honours stop sequences and maxTokens, buffered and streamed")
@in_front_of(*(model for model in EVERY if not model.startswith("openai.")))  # gpt-oss takes no stop sequences
def limits(model):
    # OpenAI does not say by what an answer ended; vLLM does, but not through a chat template of the gateway's.
    silent = model in (gateway.openaiModel, gateway.baseModel)
    for answer_of in (ask, stream):
        stopped = answer_of(model, HELLO, inferenceConfig={"stopSequences": ["so here"], "temperature": 0.5})
        equal(text(stopped).strip(), "You wrote “Hello”,")
        equal(stopped["stopReason"], "end_turn" if silent else "stop_sequence")
        short = answer_of(model, HELLO, inferenceConfig={"maxTokens": 4})
        equal((short["stopReason"], short["usage"]["outputTokens"]), ("max_tokens", 4))
        equal(text(short).strip(), "You wrote “Hello”,")


@case("tools: completes a loop")
@in_front_of(*ABLE, "amazon.nova-lite-v1:0", "openai.gpt-oss-120b-1:0")
def tool_loop(model):
    for answer_of in (ask, stream):
        asked = answer_of(model, QUESTION, toolConfig={"tools": TOOLS})
        equal((called(asked), asked["stopReason"]), ([("get_weather", {"city": "Lisbon"})], "tool_use"))
        history = [QUESTION, message(asked), results(asked, {"text": "mild in Lisbon"})]
        answer = answer_of(model, *history, toolConfig={"tools": TOOLS})
        equal((calls(answer), answer["stopReason"]), ([], "end_turn"))
        contains(text(answer), "mild in Lisbon")


@case("tools: accepts parallel calls with text, JSON and error results")
@in_front_of(*ABLE)
def parallel_tools(model):
    for answer_of in (ask, stream):
        asked = answer_of(model, QUESTION, toolConfig={"tools": TOOLS, "toolChoice": {"any": {}}})
        equal(called(asked), [("get_weather", {"city": "Lisbon"}), ("get_time", {})])
        answers = results(asked, {"json": {"sky": "mild"}}, {"text": "no clock"})
        answers["content"][1]["toolResult"]["status"] = "error"
        answer = answer_of(model, QUESTION, message(asked), answers, toolConfig={"tools": TOOLS})
        contains(text(answer), '"sky"')
        contains(text(answer), "no clock")


@case("tools: forces a named tool and honours toolChoice")
@in_front_of(*ABLE)
def tool_choice(model):
    named_tool = {"tools": TOOLS, "toolChoice": {"tool": {"name": "get_time"}}}
    equal(called(ask(model, HELLO, toolConfig=named_tool)), [("get_time", {})])
    equal(called(stream(model, HELLO, toolConfig=named_tool)), [("get_time", {})])
    equal(called(ask(model, HELLO, toolConfig={"tools": TOOLS, "toolChoice": {"auto": {}}})), [])


@case("accepts a history with tools in a request without")
@in_front_of(gateway.openaiModel, gateway.sagemakerModel)
def history_without_tools(model):
    asked = ask(model, QUESTION, toolConfig={"tools": TOOLS})
    answer = ask(model, QUESTION, message(asked), results(asked, {"text": "mild in Lisbon"}))
    contains(text(answer), "mild in Lisbon")


@case("accepts an image in a message and in a tool result")
@in_front_of(*ABLE)
def image(model):
    block = {"image": {"format": "png", "source": {"bytes": PNG}}}
    contains(text(ask(model, user("Look", block))), "I looked at 1 image.")
    contains(text(stream(model, user("Look", block, block))), "I looked at 2 images.")
    asked = ask(model, QUESTION, toolConfig={"tools": TOOLS})
    answer = ask(model, QUESTION, message(asked), results(asked, block), toolConfig={"tools": TOOLS})
    equal(answer["stopReason"], "end_turn")


@case("accepts PDF and text documents")
@in_front_of(*ABLE)
def document(model):
    pdf = {"document": {"name": "plan", "format": "pdf", "source": {"bytes": PDF}}}
    contains(text(ask(model, user("Read", pdf))), "I read the document plan")
    plain = {"document": {"name": "notes", "format": "txt", "source": {"bytes": b"some words of it"}}}
    contains(text(stream(model, user("Read", plain))), "document" if model == gateway.model else "some words")


@case("returns JSON by schema, buffered and streamed")
@in_front_of(*ABLE)
def json_schema(model):
    structure = {"jsonSchema": {"schema": json.dumps(SCHEMA), "name": "city"}}
    output = {"textFormat": {"type": "json_schema", "structure": structure}}
    for answer_of in (ask, stream):
        answer = json.loads(text(answer_of(model, user("Lisbon?"), outputConfig=output)))
        equal({key: type(value) for key, value in answer.items()}, {"name": str, "inhabitants": int})


@case("keeps signed reasoning through a tool loop")
@in_front_of(gateway.model, BEDROCK[3])
def reasoning(model):
    thinking = {"additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}}}
    for answer_of in (ask, stream):
        asked = answer_of(model, QUESTION, toolConfig={"tools": TOOLS}, **thinking)
        thought, *_rest = message(asked)["content"]
        assert thought["reasoningContent"]["reasoningText"]["signature"], "no signature"
        history = [QUESTION, message(asked), results(asked, {"text": "mild in Lisbon"})]
        contains(text(answer_of(model, *history, toolConfig={"tools": TOOLS}, **thinking)), "mild in Lisbon")


@case("passes model fields")
def additional_fields():
    for model in (gateway.openaiModel, gateway.sagemakerModel):
        texts = [text(ask(model, HELLO, additionalModelRequestFields={"seed": seed})) for seed in (1, 2, 1)]
        equal((texts[0] == texts[1], texts[0] == texts[2]), (False, True))
    fields = {"additionalModelRequestFields": {"top_k": 5}, "additionalModelResponseFieldPaths": ["/stop_sequence"]}
    contains(text(ask(gateway.model, HELLO, **fields)), "Hello")


@case("passes tiers, latency, guardrails and prompt caches to Bedrock")
def members_of_bedrock():
    members = {
        "serviceTier": {"type": "flex"},
        "performanceConfig": {"latency": "optimized"},
        "requestMetadata": {"project": "example"},
        "guardrailConfig": {"guardrailIdentifier": "abcdef123456", "guardrailVersion": "1"},
    }
    answer = ask("amazon.nova-pro-v1:0", HELLO, **members)
    equal((answer["serviceTier"], answer["performanceConfig"]), ({"type": "flex"}, {"latency": "optimized"}))
    cached = ask(gateway.model, user("Hello", {"cachePoint": {"type": "default"}}))
    contains(text(cached), "Hello")


run()
