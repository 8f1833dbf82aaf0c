"""OpenAI's own client for Python, with the Responses API."""

import json

import openai
from pydantic import BaseModel

from cases import case, contains, equal, fails, gateway, run
from media import PNG_URL

client = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0)

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}
QUESTION = {"role": "user", "content": "What is the weather in Berlin?"}
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


class City(BaseModel):
    name: str
    inhabitants: int


@case("returns a response")
def response():
    reply = client.responses.create(model=gateway.model, instructions="Be brief.", input="Hello")
    contains(reply.output_text, "Hello")
    equal((reply.object, reply.status, reply.id[:5]), ("response", "completed", "resp_"))
    equal(reply.usage.total_tokens, reply.usage.input_tokens + reply.usage.output_tokens)


@case("counts input tokens")
def input_tokens():
    # The oldest client has no method for it.
    def count(**body):
        return client.post("/responses/input_tokens", body={"model": gateway.model, **body}, cast_to=object)

    short, long = count(input="Hello"), count(instructions="Be brief.", input="Hello again")
    equal(short["object"], "response.input_tokens")
    assert 0 < short["input_tokens"] < long["input_tokens"], (short, long)


@case("streams events in order")
def stream():
    with client.responses.stream(model=gateway.model, input="Hello") as events:
        types = [event.type for event in events]
        reply = events.get_final_response()
    equal((types[0], types[-1]), ("response.created", "response.completed"))
    contains(reply.output_text, "Hello")


@case("parses a typed answer")
def parse():
    reply = client.responses.parse(model=gateway.model, input="Describe Vienna", text_format=City)
    equal(type(reply.output_parsed), City)


@case("sees an image")
def image():
    parts = [{"type": "input_text", "text": "Look"}, {"type": "input_image", "image_url": PNG_URL, "detail": "auto"}]
    reply = client.responses.create(model=gateway.model, input=[{"role": "user", "content": parts}])
    contains(reply.output_text, "Look")


def loop(**members):
    """Runs a loop of a tool to its end; gives the last response and all items."""
    items = [QUESTION]
    for _ in range(4):
        reply = client.responses.create(input=items, tools=[WEATHER], store=False, **members)
        calls = [item for item in reply.output if item.type == "function_call"]
        if not calls:
            return reply, items
        items += [item.model_dump(exclude_none=True) for item in reply.output]
        for call in calls:
            equal(json.loads(call.arguments), {"city": "Berlin"})
            items.append({"type": "function_call_output", "call_id": call.call_id, "output": "clear"})
    raise AssertionError("the loop does not end")


@case("runs a loop of a tool")
def tools():
    reply, _ = loop(model=gateway.model)
    equal(bool(reply.output_text), True)


@case("runs a loop with signed reasoning, and nothing stored")
def reasoning():
    _, items = loop(model=CLAUDE, reasoning={"effort": "low"}, include=["reasoning.encrypted_content"])
    carried = [item for item in items if item.get("type") == "reasoning"]
    equal(all(item["encrypted_content"] for item in carried) and len(carried) > 0, True)


@case("goes on from a stored response, and finds no other")
def stored():
    first = client.responses.create(model=gateway.model, input="Tell me about rivers", store=True)
    equal(first.store, True)
    following = {"model": gateway.model, "input": "Go on", "store": False}
    equal(client.responses.create(previous_response_id=first.id, **following).previous_response_id, first.id)
    fails(openai.NotFoundError, lambda: client.responses.create(previous_response_id="resp_1", **following))


run()
