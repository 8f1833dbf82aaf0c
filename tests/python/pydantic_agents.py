"""Pydantic AI with its model for the Responses API."""

from contextlib import asynccontextmanager

from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
from pydantic_ai.providers.openai import OpenAIProvider

from cases import case, contains, equal, gateway, run

CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
QUESTION = "What is the weather in Lisbon?"


class City(BaseModel):
    name: str
    inhabitants: int


@asynccontextmanager
async def agent(model=gateway.model, **options):
    async with AsyncOpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0) as client:
        responses = OpenAIResponsesModel(model, provider=OpenAIProvider(openai_client=client))
        yield Agent(responses, instructions="Be brief.", **options)


def with_weather(made):
    @made.tool_plain
    def get_weather(city: str) -> str:
        """The weather in a city"""
        return f"mild in {city}"

    return made


@case("a loop of a tool ends with its result")
async def tools():
    async with agent() as made:
        contains((await with_weather(made).run(QUESTION)).output, "mild in Lisbon")


@case("a loop with signed reasoning")
async def reasoning():
    thinking = OpenAIResponsesModelSettings(openai_reasoning_effort="low")
    async with agent(CLAUDE) as made:
        result = await with_weather(made).run(QUESTION, model_settings=thinking)
    contains(result.output, "mild in Lisbon")
    kinds = [part.part_kind for message in result.all_messages() for part in message.parts]
    equal(kinds, ["user-prompt", "thinking", "tool-call", "tool-return", "thinking", "text"])


@case("a stream gives its text in pieces")
async def streamed():
    async with agent() as made, made.run_stream("Tell me about rivers") as result:
        pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
    assert len(pieces) > 3, pieces
    contains("".join(pieces), "rivers")


@case("structured output is a typed value")
async def structured():
    async with agent(output_type=City) as made:
        equal(type((await made.run("Describe Vienna")).output), City)


run()
