"""Strands Agents, AWS's framework of agents: only the endpoint of its model for Bedrock is changed."""

from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel, Field
from strands import Agent, tool
from strands.models import BedrockModel

from aws import judged
from cases import case, contains, equal, fails, gateway, in_front_of, run

MODELS = (gateway.model, "amazon.nova-lite-v1:0", gateway.openaiModel, gateway.sagemakerModel)


def agent_of(name, streaming=True, **options):
    model = BedrockModel(
        model_id=name,
        endpoint_url=gateway.awsUrl,
        region_name="us-east-1",
        streaming=streaming,
        boto_client_config=Config(retries={"total_max_attempts": 1}),
    )
    judged(model.client)
    return Agent(model=model, callback_handler=None, **options)


def text_of(result):
    return "".join(block.get("text", "") for block in result.message["content"])


@tool
def get_weather(city: str) -> str:
    """The weather of a city

    Args:
        city: Its name
    """
    return f"mild in {city}"


class City(BaseModel):
    """A city"""

    name: str = Field(description="Its name")
    inhabitants: int


@case("an agent answers, buffered and streamed, and remembers the conversation")
@in_front_of(*MODELS)
def answers(name):
    for streaming in (True, False):
        agent = agent_of(name, streaming, system_prompt="Be brief.")
        result = agent("Hello")
        contains(text_of(result), "Hello")
        equal(result.stop_reason, "end_turn")
        contains(text_of(agent("And what now?")), "And what now?")
        equal([message["role"] for message in agent.messages], ["user", "assistant"] * 2)


@case("an agent uses a tool and answers with its result")
@in_front_of(*MODELS)
def uses_a_tool(name):
    agent = agent_of(name, tools=[get_weather])
    contains(text_of(agent("What is the weather in Lisbon?")), "mild in Lisbon")
    uses = [block["toolUse"] for message in agent.messages for block in message["content"] if "toolUse" in block]
    equal([(use["name"], use["input"]) for use in uses], [("get_weather", {"city": "Lisbon"})])


@case("an agent returns structured output")
@in_front_of(gateway.model, gateway.openaiModel)
def structured(name):
    city = agent_of(name)("Tell me about Lisbon", structured_output_model=City).structured_output
    assert isinstance(city, City), city


@case("an agent streams its events")
async def streams():
    events = [event async for event in agent_of(gateway.model).stream_async("Hello")]
    assert sum("data" in event for event in events) > 5, events
    contains(text_of(events[-1]["result"]), "Hello")


@case("a refused request raises botocore's exception")
def refused():
    error = fails(ClientError, lambda: agent_of("claude-of-tomorrow")("Hello"))
    equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 404)


run()
