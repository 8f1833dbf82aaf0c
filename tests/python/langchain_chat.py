"""LangChain's client for OpenAI, as chains and agents use it."""

from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field

from cases import case, contains, equal, gateway, merged, run
from media import PNG_URL


def model_of(**options):
    options = {"model": gateway.model, "max_retries": 0, **options}
    return ChatOpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, **options)


model = model_of()
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


@tool
def get_weather(city: str) -> str:
    """The weather of a city"""
    return f"mild in {city}"


@tool
def get_time() -> str:
    """What the clock says"""
    return "noon"


TOOLS = {"get_weather": get_weather, "get_time": get_time}


class City(BaseModel):
    """A city"""

    name: str = Field(description="Its name")
    inhabitants: int
    districts: list[str]


def results_of(calls):
    return [ToolMessage(TOOLS[call["name"]].invoke(call["args"]), tool_call_id=call["id"]) for call in calls]


@case("invoke returns a message with usage")
def invoke():
    reply = model.invoke([SystemMessage("Be brief."), HumanMessage("Hello")])
    contains(reply.content, "Hello")
    equal(reply.response_metadata["finish_reason"], "stop")
    equal(reply.response_metadata["model_name"], gateway.model)


@case("usage_metadata, buffered and streamed")
def usage():
    whole = model.invoke("Hello").usage_metadata
    equal(whole["total_tokens"], whole["input_tokens"] + whole["output_tokens"])
    assert whole["output_tokens"] > 10, whole
    equal(merged(model_of(stream_usage=True).stream("Hello")).usage_metadata, whole)


@case("stream yields several chunks")
def stream():
    chunks = list(model.stream("Hello"))
    assert len(chunks) > 5 and all(isinstance(chunk, AIMessageChunk) for chunk in chunks), chunks
    equal(merged(chunks).content, model.invoke("Hello").content)


@case("astream and ainvoke work")
async def asynchronous():
    text = "".join([chunk.content async for chunk in model.astream("Hello")])
    equal(text, (await model.ainvoke("Hello")).content)


@case("batch returns an answer per prompt")
def batch():
    replies = model.batch([f"Number {number} speaking" for number in range(6)])
    for number, reply in enumerate(replies):
        contains(reply.content, f"Number {number} speaking")


@case("bind_tools: completes a loop")
def tool_loop():
    bound = model.bind_tools(list(TOOLS.values()))
    messages = [HumanMessage("What is the weather in Lisbon?")]
    asked = bound.invoke(messages)
    equal([(call["name"], call["args"]) for call in asked.tool_calls], [("get_weather", {"city": "Lisbon"})])
    answer = bound.invoke([*messages, asked, *results_of(asked.tool_calls)])
    equal(answer.tool_calls, [])
    contains(answer.content, "mild in Lisbon")


@case("bind_tools: streams parallel calls")
def streamed_tools():
    bound = model.bind_tools(list(TOOLS.values()), tool_choice="any")
    messages = [HumanMessage("What is the weather in Lisbon?")]
    asked = merged(bound.stream(messages))
    equal([call["name"] for call in asked.tool_calls], ["get_weather", "get_time"])
    history = [*messages, asked, *results_of(asked.tool_calls)]
    contains(merged(model.bind_tools(list(TOOLS.values())).stream(history)).content, "mild in Lisbon and noon")


@case("bind_tools: forces a named and a strict tool")
def named_tool():
    for options in ({}, {"strict": True}):
        bound = model.bind_tools(list(TOOLS.values()), tool_choice="get_time", **options)
        equal([call["name"] for call in bound.invoke("Hello").tool_calls], ["get_time"])


@case("with_structured_output by JSON schema, with and without model support")
def structured_by_schema():
    for name in (gateway.model, "amazon.nova-lite-v1:0"):
        structured = model_of(model=name).with_structured_output(City, method="json_schema")
        equal(type(structured.invoke("Tell me about Lisbon")), City)


@case("with_structured_output by function calling")
def structured_by_function():
    structured = model.with_structured_output(City, method="function_calling")
    equal(type(structured.invoke("Tell me about Lisbon")), City)


@case("with_structured_output by JSON mode")
def structured_by_json():
    structured = model.with_structured_output(None, method="json_mode")
    equal(type(structured.invoke("Tell me about Lisbon, in JSON")), dict)


@case("with_structured_output, streamed and with the raw message")
def structured_raw():
    structured = model.with_structured_output(City, include_raw=True)
    reply = structured.invoke("Tell me about Lisbon")
    equal((type(reply["parsed"]), reply["parsing_error"]), (City, None))
    equal(type(list(model.with_structured_output(City).stream("Tell me about Lisbon"))[-1]), City)


@case("accepts an image")
def image():
    parts = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PNG_URL}}]
    contains(model.invoke([HumanMessage(parts)]).content, "I looked at 1 image.")


@case("OpenAIEmbeddings sends tokens by default")
def embeddings():
    texts = ["one text", "日本語 🦊 and more", "one text"]
    by_default = OpenAIEmbeddings(base_url=gateway.baseUrl, api_key=gateway.apiKey)
    one, two, again = by_default.embed_documents(texts)
    equal((len(one), len(two), one == again, one == two), (1536, 1536, True, False))
    plain = OpenAIEmbeddings(base_url=gateway.baseUrl, api_key=gateway.apiKey, check_embedding_ctx_length=False)
    equal(plain.embed_documents(texts), [one, two, again])
    equal(by_default.embed_query("one text"), one)


@case("keeps reasoning through a tool loop")
def reasoning():
    bound = model_of(reasoning_effort="low").bind_tools([get_weather])
    messages = [HumanMessage("What is the weather in Lisbon?")]
    asked = bound.invoke(messages)
    contains(bound.invoke([*messages, asked, *results_of(asked.tool_calls)]).content, "mild in Lisbon")


def responses_model(**options):
    return model_of(use_responses_api=True, **options)


@case("the Responses API: invoke and stream say the same")
def responses():
    whole = responses_model().invoke([SystemMessage("Be brief."), HumanMessage("Hello")])
    contains(whole.text, "Hello")
    equal(whole.usage_metadata["total_tokens"] > 0, True)
    streamed = merged(responses_model().stream([SystemMessage("Be brief."), HumanMessage("Hello")]))
    equal(streamed.text, whole.text)


@case("the Responses API: completes a loop with signed reasoning")
def responses_tools():
    thinking = {"reasoning": {"effort": "low", "summary": "auto"}, "include": ["reasoning.encrypted_content"]}
    bound = responses_model(model=CLAUDE, store=False, output_version="responses/v1", **thinking).bind_tools([get_weather])
    messages = [HumanMessage("What is the weather in Lisbon?")]
    for ask in (bound.invoke, lambda turns: merged(bound.stream(turns))):
        asked = ask(messages)
        equal([(call["name"], call["args"]) for call in asked.tool_calls], [("get_weather", {"city": "Lisbon"})])
        equal([block["type"] for block in asked.content], ["reasoning", "function_call"])
        answer = ask([*messages, asked, *results_of(asked.tool_calls)])
        contains(answer.text, "mild in Lisbon")


@case("the Responses API: with_structured_output")
def responses_structured():
    structured = responses_model().with_structured_output(City, method="json_schema")
    equal(type(structured.invoke("Tell me about Lisbon")), City)


run()
