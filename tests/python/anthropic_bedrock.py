"""Anthropic's own client for Bedrock: only the endpoint is changed, and the key is a bearer."""

import anthropic
from anthropic import AnthropicBedrock, AsyncAnthropicBedrock

from cases import case, contains, equal, fails, gateway, run

OPTIONS = {"base_url": gateway.awsUrl, "aws_region": "us-east-1", "max_retries": 0}
client = AnthropicBedrock(api_key=gateway.apiKey, **OPTIONS)
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
HELLO = {"max_tokens": 200, "messages": [{"role": "user", "content": "Tell me about rivers"}]}
WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask(model=SONNET, **members):
    """Asks whole and streamed: both must say the same."""
    body = {"model": model, **HELLO, **members}
    whole = client.messages.create(**body)
    with client.messages.stream(**body) as stream:
        streamed = stream.get_final_message()
    equal([block.to_dict() for block in streamed.content], [block.to_dict() for block in whole.content])
    equal((streamed.stop_reason, streamed.usage.output_tokens), (whole.stop_reason, whole.usage.output_tokens))
    return whole


@case("sends messages to a profile, an ARN and a configured name")
def messages():
    arn = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{SONNET}"
    for model in (SONNET, arn, gateway.model):
        contains(text_of(ask(model)), "rivers")
    equal(ask(max_tokens=3).stop_reason, "max_tokens")


@case("sends messages asynchronously and streams")
async def pieces():
    async with AsyncAnthropicBedrock(api_key=gateway.apiKey, **OPTIONS) as asynchronous:
        events = [event async for event in await asynchronous.messages.create(model=SONNET, stream=True, **HELLO)]
    equal(events[0].type, "message_start")
    assert sum(event.type == "content_block_delta" for event in events) > 8, events
    equal(events[-1].type, "message_stop")


@case("completes a tool loop with signed reasoning")
def tools():
    question = {"role": "user", "content": "What is the weather in Lisbon?"}
    asked = {"tools": [WEATHER], "max_tokens": 3000, "thinking": {"type": "enabled", "budget_tokens": 1024}}
    calling = ask(messages=[question], **asked)
    thought, call = calling.content
    equal((thought.type, call.name, call.input), ("thinking", "get_weather", {"city": "Lisbon"}))
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "mild in Lisbon"}
    turns = [question, {"role": "assistant", "content": calling.content}, {"role": "user", "content": [result]}]
    contains(text_of(ask(messages=turns, **asked)), "mild in Lisbon")


@case("refused requests raise the client's exceptions")
def refusals():
    unknown = {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://example.com"}}]}
    error = fails(anthropic.BadRequestError, lambda: ask(messages=[unknown]))
    contains(str(error), "does not match any of the expected tags")
    fails(anthropic.NotFoundError, lambda: ask("claude-of-tomorrow"))
    fails(anthropic.BadRequestError, lambda: ask(gateway.openaiModel))
    fails(anthropic.RateLimitError, lambda: _with_fault("throttle"))
    stranger = AnthropicBedrock(api_key="sk-made-up", **OPTIONS)
    fails(anthropic.PermissionDeniedError, lambda: stranger.messages.create(model=SONNET, **HELLO))


@case("a stream that fails raises an exception")
def broken():
    for fault in ("stream-throttle", "cut-frame", "cut-between", "reset-mid-stream"):
        fails(Exception, lambda: [*_with_fault(fault, stream=True)])  # noqa: B023


def _with_fault(name, **options):
    header = f'{{"simulator-fault": "{name}"}}'
    return client.messages.create(
        model=SONNET, **HELLO, **options, extra_headers={"x-amzn-bedrock-request-metadata": header}
    )


run()
