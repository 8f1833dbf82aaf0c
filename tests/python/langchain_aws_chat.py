"""LangChain's client for Bedrock, as chains and agents use it: only the endpoint is changed."""

from langchain_aws import BedrockEmbeddings, ChatBedrock, ChatBedrockConverse
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel, Field

from aws import judged
from cases import case, contains, equal, fails, gateway, in_front_of, merged, run
from media import PNG_URL

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
NOVA = "amazon.nova-lite-v1:0"
APPLICATION_PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6"
MODELS = (gateway.model, CLAUDE, NOVA, gateway.openaiModel, gateway.sagemakerModel)


#: What a model can do this client knows by its name alone: behind another name it must be told.
TOLD = {"provider": "openai", "supports_tool_choice_values": ("auto", "any", "tool"), "disable_streaming": False}


first = ChatBedrockConverse(model=CLAUDE, base_url=gateway.awsUrl)
judged(first.client)
#: Clients of AWS take long to make, so all models share those of the first.
CLIENTS = {"client": first.client, "bedrock_client": first.bedrock_client}


def model_of(name, **options):
    told = {} if name in (CLAUDE, NOVA) else TOLD
    return ChatBedrockConverse(model=name, **{**CLIENTS, **told, **options})


def model_of_its_own(name, **options):
    return ChatBedrockConverse(model=name, base_url=gateway.awsUrl, **options)


@tool
def get_weather(city: str) -> str:
    """The weather of a city"""
    return f"mild in {city}"


@tool
def get_time(city: str) -> str:
    """What the clock says"""
    return "noon"


@tool
def get_moon() -> str:
    """The phase of the moon"""
    return "a full moon"


TOOLS = {"get_weather": get_weather, "get_time": get_time}
QUESTION = HumanMessage("What is the weather in Lisbon?")


class City(BaseModel):
    """A city"""

    name: str = Field(description="Its name")
    inhabitants: int
    districts: list[str]


def results_of(calls):
    return [ToolMessage(TOOLS[call["name"]].invoke(call["args"]), tool_call_id=call["id"]) for call in calls]


def calls_of(message):
    return [(call["name"], call["args"]) for call in message.tool_calls]


@case("invoke returns a message with usage")
@in_front_of(*MODELS)
def invoke(name):
    reply = model_of(name).invoke([SystemMessage("Be brief."), HumanMessage("Hello")])
    contains(reply.text, "Hello")
    equal(reply.response_metadata["stopReason"], "end_turn")
    usage = reply.usage_metadata
    equal(usage["total_tokens"], usage["input_tokens"] + usage["output_tokens"])


@case("stream yields chunks and usage")
@in_front_of(*MODELS)
def stream(name):
    model = model_of(name)
    chunks = list(model.stream("Hello"))
    assert len(chunks) > 5 and all(isinstance(chunk, AIMessageChunk) for chunk in chunks), chunks
    whole = model.invoke("Hello")
    equal((merged(chunks).text, merged(chunks).usage_metadata), (whole.text, whole.usage_metadata))


@case("astream, ainvoke and batch work")
async def asynchronous():
    model = model_of(gateway.openaiModel)
    text = "".join([chunk.text async for chunk in model.astream("Hello")])
    equal(text, (await model.ainvoke("Hello")).text)
    for number, reply in enumerate(await model.abatch([f"Number {number} speaking" for number in range(6)])):
        contains(reply.text, f"Number {number} speaking")


@case("the client looks up the model of an opaque profile")
def application_profile():
    model = model_of_its_own(APPLICATION_PROFILE, provider="anthropic")
    equal(model.base_model_id, "anthropic.claude-sonnet-4-5-20250929-v1:0")
    contains(model.invoke("Hello").text, "Hello")


@case("accepts a key passed to the client")
def own_key():
    model = model_of_its_own(gateway.openaiModel, api_key=gateway.strangerKey)
    error = fails(model.client.exceptions.AccessDeniedException, lambda: model.invoke("Hello"))
    assert gateway.strangerKey not in str(error), "the message repeats the key"
    contains(model_of_its_own(gateway.openaiModel, api_key=gateway.apiKey).invoke("Hello").text, "Hello")


@case("bind_tools: completes a loop")
@in_front_of(*MODELS)
def tool_loop(name):
    bound = model_of(name).bind_tools(list(TOOLS.values()))
    asked = bound.invoke([QUESTION])
    equal(calls_of(asked), [("get_weather", {"city": "Lisbon"})])
    answer = bound.invoke([QUESTION, asked, *results_of(asked.tool_calls)])
    equal(answer.tool_calls, [])
    contains(answer.text, "mild in Lisbon")


@case("bind_tools: streams parallel calls")
@in_front_of(*MODELS)
def streamed_tools(name):
    model = model_of(name)
    bound = model.bind_tools(list(TOOLS.values()), tool_choice="any")
    asked = merged(bound.stream([QUESTION]))
    equal(calls_of(asked), [("get_weather", {"city": "Lisbon"}), ("get_time", {"city": "Lisbon"})])
    history = [QUESTION, asked, *results_of(asked.tool_calls)]
    contains(merged(model.bind_tools(list(TOOLS.values())).stream(history)).text, "mild in Lisbon and noon")


# Of Bedrock's own streams this client cannot read such a call back: they may say nothing of its input.
@case("bind_tools: streams a call of a named tool without arguments")
@in_front_of(gateway.openaiModel, gateway.sagemakerModel)
def named_tool(name):
    model = model_of(name)
    asked = merged(model.bind_tools([get_weather, get_moon], tool_choice="get_moon").stream([QUESTION]))
    equal(calls_of(asked), [("get_moon", {})])
    result = ToolMessage("a full moon", tool_call_id=asked.tool_calls[0]["id"])
    contains(merged(model.bind_tools([get_moon]).stream([QUESTION, asked, result])).text, "a full moon")


@case("with_structured_output by function calling, buffered and streamed")
@in_front_of(*MODELS)
def structured(name):
    model = model_of(name).with_structured_output(City, include_raw=True)
    reply = model.invoke("Tell me about Lisbon")
    equal((type(reply["parsed"]), reply["parsing_error"]), (City, None))
    equal(type(list(model_of(name).with_structured_output(City).stream("Tell me about Lisbon"))[-1]), City)


@case("with_structured_output by JSON schema")
@in_front_of(gateway.model, CLAUDE, gateway.openaiModel, gateway.sagemakerModel)
def structured_by_schema(name):
    structured = model_of(name).with_structured_output(City, method="json_schema")
    equal(type(structured.invoke("Tell me about Lisbon")), City)


@case("accepts an image")
@in_front_of(*MODELS)
def image(name):
    parts = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": PNG_URL}}]
    contains(model_of(name).invoke([HumanMessage(parts)]).text, "I looked at 1 image.")


@case("honours limits")
@in_front_of(*MODELS)
def limits(name):
    short = model_of(name, max_tokens=4).invoke("Hello")
    equal((short.response_metadata["stopReason"], short.usage_metadata["output_tokens"]), ("max_tokens", 4))
    equal(model_of(name, stop=["so here"], temperature=0.5).invoke("Hello").text.strip(), "You wrote “Hello”,")


@case("keeps reasoning through a streamed tool loop")
@in_front_of(gateway.model, CLAUDE)
def reasoning(name):
    base = {"provider": "anthropic", "base_model": CLAUDE.removeprefix("us.")}
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    model = model_of(name, additional_model_request_fields=thinking, supports_tool_choice_values=("auto",), **base)
    bound = model.bind_tools([get_weather])
    for ask in (bound.invoke, lambda messages: merged(bound.stream(messages))):
        asked = ask([QUESTION])
        assert any(block["type"] == "reasoning_content" for block in asked.content), asked.content
        contains(ask([QUESTION, asked, *results_of(asked.tool_calls)]).text, "mild in Lisbon")


@case("a throttled model raises an exception")
def throttled():
    model = model_of_its_own(gateway.throttledModel, max_retries=0, **TOLD)
    fails(model.client.exceptions.ThrottlingException, lambda: model.invoke("Hello"))
    fails(model.client.exceptions.ThrottlingException, lambda: list(model.stream("Hello")))


def embeddings_of(name, **options):
    return BedrockEmbeddings(model_id=name, endpoint_url=gateway.awsUrl, **options)


@case("BedrockEmbeddings of every family, by ID and by name")
def embeddings():
    amazon = {"provider": "amazon"}
    kinds = [
        ("amazon.titan-embed-text-v1", {}, 1536),
        ("amazon.titan-embed-text-v2:0", {"dimensions": 256}, 256),
        ("amazon.nova-2-multimodal-embeddings-v1:0", {}, 3072),
        ("cohere.embed-english-v3", {}, 1024),
        ("cohere.embed-v4:0", {}, 1536),
        (gateway.embeddingModel, {"provider": "cohere"}, 1536),
        (gateway.openaiEmbeddingModel, {**amazon, "dimensions": 256}, 256),
        (gateway.openaiEmbeddingModel, {"provider": "cohere"}, 1536),
    ]
    for name, options, size in kinds:
        model = embeddings_of(name, **options)
        one, two, again = model.embed_documents(["one", "two", "one"])
        equal((len(one), len(model.embed_query("one"))), (size, size))
        assert one == again and one != two, f"{name} has lost the order"


@case("BedrockEmbeddings, asynchronous")
async def asynchronous_embeddings():
    model = embeddings_of(gateway.openaiEmbeddingModel, provider="amazon")
    equal([len(vector) for vector in await model.aembed_documents(["one", "two"])], [1536, 1536])


#: InvokeModel, which this client uses for Claude. What is behind a name it must be told.
def invoking(name, **options):
    return ChatBedrock(model=name, provider="anthropic", max_tokens=300, **{**CLIENTS, **options})


@case("ChatBedrock: answers, buffered and streamed")
@in_front_of(CLAUDE, gateway.model)
def chat_bedrock(name):
    model = invoking(name)
    whole = model.invoke([SystemMessage("Be brief."), HumanMessage("Tell me about rivers")])
    contains(whole.text, "rivers")
    chunks = list(model.stream([SystemMessage("Be brief."), HumanMessage("Tell me about rivers")]))
    assert len(chunks) > 8, chunks
    streamed = merged(chunks)
    equal(streamed.text, whole.text)
    equal(streamed.usage_metadata["output_tokens"], whole.usage_metadata["output_tokens"])


@case("ChatBedrock: completes a tool loop")
def chat_bedrock_tools():
    bound = invoking(CLAUDE).bind_tools([get_weather])
    for turn in (bound.invoke, lambda messages: merged(list(bound.stream(messages)))):
        asked = turn([QUESTION])
        equal(calls_of(asked), [("get_weather", {"city": "Lisbon"})])
        answer = turn([QUESTION, asked, *results_of(asked.tool_calls)])
        contains(answer.text, "mild in Lisbon")


run()
