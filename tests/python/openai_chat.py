"""OpenAI's own client for Python: what an app does with it."""

import json

import openai
from pydantic import BaseModel

from cases import case, contains, equal, fails, gateway, run
from media import PDF, PDF_URL, PNG_URL

client = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0)

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CLOCK = {
    "type": "function",
    "function": {
        "name": "get_time",
        "description": "What the clock says",
        "parameters": {"type": "object", "properties": {}},
    },
}
#: A family without JSON schemas of its own: the answer is the input of a forced tool.
WITHOUT_SCHEMAS = "amazon.nova-lite-v1:0"


class City(BaseModel):
    name: str
    inhabitants: int
    districts: list[str]


def user(content):
    return {"role": "user", "content": content}


def chat(*messages, **members):
    members = {"model": gateway.model, **members}
    return client.chat.completions.create(messages=list(messages), **members)


def pieces(chunks):
    """What a stream says of its first choice: the text, and why it ended."""
    choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
    text = "".join(choice.delta.content or "" for choice in choices)
    return text, [choice.finish_reason for choice in choices if choice.finish_reason]


@case("returns a completion")
def completion():
    reply = chat({"role": "system", "content": "Be brief."}, user("Hello"))
    equal((reply.object, reply.model, reply.id[:9]), ("chat.completion", gateway.model, "chatcmpl-"))
    equal((reply.choices[0].finish_reason, reply.choices[0].message.role), ("stop", "assistant"))
    contains(reply.choices[0].message.content, "Hello")
    equal(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens)


@case("streams a completion")
def stream():
    chunks = list(chat(user("Hello"), stream=True))
    text, reasons = pieces(chunks)
    equal(text, chat(user("Hello")).choices[0].message.content)
    equal(reasons, ["stop"])
    equal(len({chunk.id for chunk in chunks}), 1)
    equal([chunk.choices[0].delta.role for chunk in chunks if chunk.choices[0].delta.role], ["assistant"])
    assert len(chunks) > 5, "the answer came in one piece"


@case("streams usage")
def stream_with_usage():
    *chunks, last = chat(user("Hello"), stream=True, stream_options={"include_usage": True})
    equal(last.choices, [])
    equal(last.usage, chat(user("Hello")).usage)
    equal([chunk.usage for chunk in chunks if chunk.usage], [])


@case("the streaming helper returns events and the completion")
def stream_helper():
    with client.chat.completions.stream(model=gateway.model, messages=[user("Hello")]) as events:
        deltas = [event.delta for event in events if event.type == "content.delta"]
        final = events.get_final_completion()
    equal("".join(deltas), final.choices[0].message.content)


@case("honours max_tokens, max_completion_tokens and stop")
def limits():
    equal(chat(user("Hello"), max_tokens=4).choices[0].finish_reason, "length")
    reply = chat(user("Hello"), max_completion_tokens=4)
    equal((reply.choices[0].finish_reason, reply.usage.completion_tokens), ("length", 4))
    stopped = chat(user("Hello"), stop=["so here"]).choices[0]
    equal((stopped.finish_reason, stopped.message.content.strip()), ("stop", "You wrote “Hello”,"))


@case("returns several choices, buffered and streamed")
def several_choices():
    equal([choice.index for choice in chat(user("Hello"), n=3).choices], [0, 1, 2])
    texts = {}
    for chunk in chat(user("Hello"), n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
    equal(sorted(texts), [0, 1, 2])
    for text in texts.values():
        contains(text, "Hello")


@case("calls the tool that the model chooses")
def tool():
    choice = chat(user("What is the weather in Lisbon?"), tools=[WEATHER, CLOCK]).choices[0]
    equal((choice.finish_reason, choice.message.content), ("tool_calls", None))
    call = choice.message.tool_calls[0].function
    equal((call.name, json.loads(call.arguments)), ("get_weather", {"city": "Lisbon"}))


@case("honours every form of tool_choice")
def tool_choice():
    def called(choice):
        calls = chat(user("Hello"), tools=[WEATHER, CLOCK], tool_choice=choice).choices[0].message.tool_calls
        return [call.function.name for call in calls or []]

    equal(called("none"), [])
    equal(called("auto"), [])
    equal(called("required"), ["get_weather", "get_time"])
    named = {"type": "function", "function": {"name": "get_time"}}
    equal(called(named), ["get_time"])
    allowed = {"mode": "required", "tools": [named]}
    equal(called({"type": "allowed_tools", "allowed_tools": allowed}), ["get_time"])


@case("disables parallel calls")
def no_parallel_calls():
    choice = chat(user("Hello"), tools=[WEATHER, CLOCK], tool_choice="required", parallel_tool_calls=False).choices[0]
    equal(len(choice.message.tool_calls), 1)


@case("completes a tool loop with parallel calls")
def tool_loop():
    question = user("What is the weather in Lisbon?")
    asked = chat(question, tools=[WEATHER, CLOCK], tool_choice="required").choices[0].message
    equal(len(asked.tool_calls), 2)
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"the result of {call.function.name}"}
        for call in asked.tool_calls
    ]
    answer = chat(question, asked, *results, tools=[WEATHER, CLOCK]).choices[0]
    equal(answer.finish_reason, "stop")
    contains(answer.message.content, "the result of get_weather and the result of get_time")


@case("completes a streamed tool loop with the helper")
def streamed_tool_loop():
    question = user("What is the weather in Lisbon?")
    members = {"model": gateway.model, "tools": [WEATHER, CLOCK]}
    with client.chat.completions.stream(messages=[question], tool_choice="required", **members) as events:
        asked = events.get_final_completion().choices[0].message
    equal([call.function.name for call in asked.tool_calls], ["get_weather", "get_time"])
    equal(json.loads(asked.tool_calls[0].function.arguments), {"city": "Lisbon"})
    results = [{"role": "tool", "tool_call_id": call.id, "content": "mild"} for call in asked.tool_calls]
    echoed = {"role": "assistant", "tool_calls": [call.to_dict() for call in asked.tool_calls]}
    with client.chat.completions.stream(messages=[question, echoed, *results], **members) as events:
        contains(events.get_final_completion().choices[0].message.content, "mild and mild")


@case("calls a custom tool")
def custom_tool():
    tools = [{"type": "custom", "custom": {"name": "note", "description": "Writes a note"}}]
    choice = chat(user("Hello"), tools=tools, tool_choice="required").choices[0]
    call = choice.message.tool_calls[0]
    equal((call.type, call.custom.name, type(call.custom.input)), ("custom", "note", str))


@case("serves the deprecated functions")
def functions():
    question = user("What is the weather in Lisbon?")
    asked = chat(question, functions=[WEATHER["function"]]).choices[0]
    equal((asked.finish_reason, asked.message.function_call.name), ("function_call", "get_weather"))
    result = {"role": "function", "name": "get_weather", "content": "mild"}
    contains(chat(question, asked.message, result, functions=[WEATHER["function"]]).choices[0].message.content, "mild")


@case("returns a JSON object")
def json_object():
    reply = chat(user("Answer in JSON"), response_format={"type": "json_object"})
    equal(type(json.loads(reply.choices[0].message.content)), dict)


@case("parses an answer of a model that supports schemas")
def parsed_natively():
    reply = client.chat.completions.parse(model=gateway.model, messages=[user("Lisbon?")], response_format=City)
    equal((type(reply.choices[0].message.parsed), reply.choices[0].finish_reason), (City, "stop"))


@case("parses an answer of a model without schema support")
def parsed_by_tool():
    reply = client.chat.completions.parse(model=WITHOUT_SCHEMAS, messages=[user("Lisbon?")], response_format=City)
    equal((type(reply.choices[0].message.parsed), reply.choices[0].finish_reason), (City, "stop"))
    equal(reply.choices[0].message.tool_calls, None)


@case("parses a streamed answer")
def parsed_stream():
    for model in (gateway.model, WITHOUT_SCHEMAS):
        with client.chat.completions.stream(model=model, messages=[user("Lisbon?")], response_format=City) as events:
            equal(type(events.get_final_completion().choices[0].message.parsed), City)


@case("parses a tool call")
def parsed_tool():
    tools = [openai.pydantic_function_tool(City)]
    reply = client.chat.completions.parse(
        model=gateway.model, messages=[user("Lisbon?")], tools=tools, tool_choice="required"
    )
    equal(type(reply.choices[0].message.tool_calls[0].function.parsed_arguments), City)


@case("accepts an image")
def image():
    reply = chat(user([{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PNG_URL}}]))
    contains(reply.choices[0].message.content, "I looked at 1 image.")


@case("accepts a file")
def file():
    part = {"type": "file", "file": {"filename": "plan.pdf", "file_data": PDF_URL}}
    reply = chat(user([{"type": "text", "text": "Read"}, part]))
    contains(reply.choices[0].message.content, "I read the document plan")


@case("accepts a file by its ID")
def stored_file():
    stored = client.files.create(file=("plan.pdf", PDF), purpose="user_data")
    part = {"type": "file", "file": {"file_id": stored.id}}
    for model in (gateway.model, gateway.openaiModel):
        reply = chat(user([{"type": "text", "text": "Read"}, part]), model=model)
        contains(reply.choices[0].message.content, "I read the document plan")
    client.files.delete(stored.id)
    error = fails(openai.NotFoundError, lambda: chat(user([{"type": "text", "text": "Read"}, part])))
    equal((error.code, error.param), ("file_not_found", "messages[0].content[1].file.file_id"))


@case("returns reasoning, buffered and streamed")
def reasoning():
    message = chat(user("Hello"), reasoning_effort="low").choices[0].message
    assert message.reasoning_content, "no reasoning came back"
    deltas = [chunk.choices[0].delta for chunk in chat(user("Hello"), reasoning_effort="low", stream=True)]
    equal("".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas), message.reasoning_content)
    equal("".join(delta.content or "" for delta in deltas), message.content)


@case("keeps reasoning through two tool turns")
def reasoning_loop():
    messages = [user("What is the weather in Lisbon?")]
    for turn, next_question in enumerate(["And what is the weather in Porto?", None]):
        asked = chat(*messages, tools=[WEATHER], reasoning_effort="low").choices[0].message
        assert asked.reasoning_content and asked.tool_calls, f"turn {turn} brought no reasoning or no call"
        # As a client that knows nothing of reasoning keeps the turn: the calls alone.
        calls = [call.to_dict() for call in asked.tool_calls]
        results = [{"role": "tool", "tool_call_id": call["id"], "content": "mild"} for call in calls]
        messages += [{"role": "assistant", "content": asked.content, "tool_calls": calls}, *results]
        answer = chat(*messages, tools=[WEATHER], reasoning_effort="low").choices[0]
        equal(answer.finish_reason, "stop")
        contains(answer.message.content, "mild")
        if next_question:
            messages += [{"role": "assistant", "content": answer.message.content}, user(next_question)]


run()
