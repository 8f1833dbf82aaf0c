"""Anthropic's own client: only the base URL is changed, to the host of the gateway."""

import anthropic
from anthropic import Anthropic, AsyncAnthropic

from cases import case, contains, equal, fails, gateway, run

OPTIONS = {"base_url": gateway.awsUrl, "max_retries": 0}
client = Anthropic(api_key=gateway.apiKey, **OPTIONS)
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


@case("sends messages to a profile and a configured name")
def messages():
    for model in (SONNET, gateway.model):
        contains(text_of(ask(model)), "rivers")
    equal(ask(max_tokens=3).stop_reason, "max_tokens")


@case("sends messages asynchronously and streams")
async def pieces():
    async with AsyncAnthropic(api_key=gateway.apiKey, **OPTIONS) as asynchronous:
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


@case("counts tokens")
def count():
    counted = client.messages.with_raw_response.count_tokens(model=SONNET, messages=HELLO["messages"])
    assert counted.parse().input_tokens > 0, counted
    equal(counted.headers["x-gateway-estimated"], "input_tokens")


@case("refused requests raise the client's exceptions")
def refusals():
    error = fails(anthropic.BadRequestError, lambda: ask(max_tokens=0))
    equal(error.body["type"], "error")
    fails(anthropic.NotFoundError, lambda: ask("claude-of-tomorrow"))
    contains(str(fails(anthropic.BadRequestError, lambda: ask("amazon.nova-lite-v1:0"))), "Messages API")
    fails(anthropic.RateLimitError, lambda: _with_fault("throttle"))
    stranger = Anthropic(api_key="sk-made-up", **OPTIONS)
    fails(anthropic.AuthenticationError, lambda: stranger.messages.create(model=SONNET, **HELLO))


@case("a stream that fails raises an exception")
def broken():
    for fault in ("stream-throttle", "cut-between", "reset-mid-stream"):
        fails(Exception, lambda: [*_with_fault(fault, stream=True)])  # noqa: B023


def _with_fault(fault, **members):
    headers = {"x-amzn-bedrock-request-metadata": f'{{"simulator-fault":"{fault}"}}'}
    return client.messages.create(model=SONNET, extra_headers=headers, **HELLO, **members)


run()
