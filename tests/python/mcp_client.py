"""MCP's own client, of version 1 and 2: the same calls in both."""

from contextlib import asynccontextmanager

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from cases import case, contains, equal, gateway, run


@asynccontextmanager
async def session():
    headers = {"Authorization": f"Bearer {gateway.apiKey}"}
    async with create_mcp_http_client(headers=headers) as http:
        async with streamable_http_client(f"{gateway.awsUrl}/mcp", http_client=http) as streams:
            async with ClientSession(streams[0], streams[1]) as opened:
                await opened.initialize()
                yield opened


async def called(opened, tool, **arguments):
    # The names of fields differ between the versions; those on the wire do not.
    return (await opened.call_tool(tool, arguments)).model_dump(by_alias=True)


@case("lists the tools")
async def lists_tools():
    async with session() as opened:
        tools = (await opened.list_tools()).tools
        names = ["chat", "list_models", "embed", "count_tokens", "upload_file", "read_file"]
        equal([tool.name for tool in tools], names)


@case("chats, and gets the answer as text and as a value")
async def chats():
    async with session() as opened:
        answer = await called(opened, "chat", model=gateway.model, prompt="Hello")
        contains(answer["content"][0]["text"], "Hello")
        equal(answer["structuredContent"]["finish_reason"], "stop")
        equal(answer["structuredContent"]["text"], answer["content"][0]["text"])


@case("makes embeddings, and lists the models that it may use")
async def embeds():
    async with session() as opened:
        answer = await called(opened, "embed", model=gateway.embeddingModel, input=["red", "blue"], dimensions=256)
        equal([len(vector) for vector in answer["structuredContent"]["embeddings"]], [256, 256])
        models = (await called(opened, "list_models"))["structuredContent"]["models"]
        equal([each["capabilities"] for each in models if each["id"] == gateway.embeddingModel], [["embeddings"]])


@case("gets an error that says why")
async def fails_with_a_message():
    async with session() as opened:
        answer = await called(opened, "chat", model="none", prompt="Hello")
        equal(answer["isError"], True)
        contains(answer["content"][0]["text"], "The model `none` does not exist")


@case("stores a text and reads it, and sends any other file to S3")
async def stores_files():
    async with session() as opened:
        stored = (await called(opened, "upload_file", filename="note.txt", text="Remember."))["structuredContent"]
        read = await called(opened, "read_file", file_id=stored["file_id"])
        equal([read["content"][0]["text"], read["structuredContent"]["kind"]], ["Remember.", "text"])
        began = (await called(opened, "upload_file", filename="zeros", bytes=1_000))["structuredContent"]
        async with create_mcp_http_client() as http:
            sent = await http.put(began["url"], headers=began["headers"], content=bytes(1_000))
            equal(sent.status_code, 200)
            stored = (await called(opened, "upload_file", upload_id=began["upload_id"]))["structuredContent"]
            read = (await called(opened, "read_file", file_id=stored["file_id"]))["structuredContent"]
            equal([read["kind"], read["bytes"]], ["link", 1_000])
            equal((await http.get(read["url"])).content, bytes(1_000))


@case("reads the documentation")
async def reads_a_page():
    async with session() as opened:
        contents = (await opened.read_resource("bedrock-gateway://docs/api")).model_dump(by_alias=True)["contents"]
        equal([each["mimeType"] for each in contents], ["text/markdown"])
        contains(contents[0]["text"], "# API")


run()
