"""OpenAI's Agents SDK in its default mode: the Responses API, with nothing but the client's own settings."""

from contextlib import asynccontextmanager

from agents import (
    Agent,
    ItemHelpers,
    ModelSettings,
    Runner,
    function_tool,
    set_default_openai_client,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from pydantic import BaseModel

from cases import case, contains, equal, gateway, run

# Traces would go to OpenAI.
set_tracing_disabled(True)
CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"


@function_tool
def get_weather(city: str) -> str:
    """The weather in a city"""
    return f"mild in {city}"


class City(BaseModel):
    name: str
    inhabitants: int


def agent(**options):
    return Agent(**{"name": "Guide", "model": gateway.model, "instructions": "Be brief.", **options})


@asynccontextmanager
async def client():
    """The client of the agents of one case: its connections belong to the case's event loop."""
    async with AsyncOpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0) as opened:
        set_default_openai_client(opened)
        yield


@case("a loop of a tool ends with its result")
async def tools():
    async with client():
        result = await Runner.run(agent(tools=[get_weather]), "What is the weather in Lisbon?")
    contains(result.final_output, "mild in Lisbon")
    equal([type(item).__name__ for item in result.new_items], ["ToolCallItem", "ToolCallOutputItem", "MessageOutputItem"])


@case("a streamed loop with signed reasoning gives every item")
async def streamed():
    thinking = ModelSettings(
        reasoning={"effort": "low", "summary": "auto"}, store=False, response_include=["reasoning.encrypted_content"]
    )
    guide = agent(model=CLAUDE, tools=[get_weather], model_settings=thinking)
    async with client():
        result = Runner.run_streamed(guide, "What is the weather in Lisbon?")
        events = [event async for event in result.stream_events()]
    raw = [event.data for event in events if event.type == "raw_response_event"]
    contains("".join(each.delta for each in raw if each.type == "response.output_text.delta"), "mild in Lisbon")
    items = [event.name for event in events if event.type == "run_item_stream_event"]
    thought = "reasoning_item_created"
    equal(items, [thought, "tool_called", "tool_output", thought, "message_output_created"])
    equal(ItemHelpers.text_message_outputs(result.new_items), result.final_output)


@case("a handoff goes to the other agent")
async def handoff():
    lisbon = agent(name="Lisbon", handoff_description="Knows Lisbon")
    async with client():
        result = await Runner.run(agent(handoffs=[lisbon]), "Transfer me to Lisbon")
    equal(result.last_agent.name, "Lisbon")


@case("structured output is a typed value")
async def structured():
    async with client():
        result = await Runner.run(agent(output_type=City), "Describe Vienna")
    equal(type(result.final_output), City)


run()
