"""OpenAI's own client for Python: files, and a chat whose body is one of them."""

import io
import json
import os
import time

import openai
from openai.types.chat import ChatCompletion

from cases import case, contains, equal, fails, gateway, run

client = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0)
stranger = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.strangerKey, max_retries=0)

#: Bytes that are no text.
CONTENT = os.urandom(50_000) + bytes([0, 13, 10, 255, 254])
UNKNOWN = "file-0000000000000000000000"


def stored(content=CONTENT, name="Übersicht.bin", purpose="user_data"):
    return client.files.create(file=(name, io.BytesIO(content)), purpose=purpose)


@case("a file is stored, described, listed, read and deleted")
def whole_life():
    file = stored(purpose="batch")
    try:
        equal((file.object, file.bytes, file.filename, file.purpose), ("file", len(CONTENT), "Übersicht.bin", "batch"))
        assert abs(file.created_at - time.time()) < 600, file.created_at
        equal(client.files.retrieve(file.id), file)
        assert file in list(client.files.list(purpose="batch", limit=1)), "it is not listed"
        content = client.files.content(file.id)
        equal(content.read(), CONTENT)
        contains(content.response.headers["content-disposition"], "attachment")
    finally:
        deleted = client.files.delete(file.id)
    equal((deleted.id, deleted.deleted), (file.id, True))
    equal(fails(openai.NotFoundError, lambda: client.files.retrieve(file.id)).code, "file_not_found")


@case("content is read as a stream")
def streamed():
    file = stored()
    try:
        with client.files.with_streaming_response.content(file.id) as response:
            equal(b"".join(response.iter_bytes(1_000)), CONTENT)
    finally:
        client.files.delete(file.id)


@case("errors are those of OpenAI")
def errors():
    for call in (client.files.retrieve, client.files.content, client.files.delete):
        error = fails(openai.NotFoundError, lambda: call(UNKNOWN))
        equal((error.status_code, error.code, error.param), (404, "file_not_found", "id"))
    error = fails(openai.BadRequestError, lambda: stored(purpose="fun"))
    equal((error.code, error.param), ("invalid_value", "purpose"))
    error = fails(openai.APIStatusError, lambda: stored(bytes(6_000_000)))
    equal(error.status_code, 413)
    fails(openai.PermissionDeniedError, lambda: stranger.files.list())


@case("a chat has its body in a file")
def by_reference():
    request = {"model": gateway.model, "messages": [{"role": "user", "content": "Say references."}]}
    file = stored(json.dumps(request).encode(), "request.json")
    options = {"headers": {"x-gateway-body": file.id}}

    def ask(client=client, **body):
        return client.post("/chat/completions", cast_to=ChatCompletion, options=options, **body)

    try:
        contains(ask().choices[0].message.content, "Say references.")
        equal(fails(openai.BadRequestError, lambda: ask(body={})).param, "x-gateway-body")
        fails(openai.PermissionDeniedError, lambda: ask(stranger))
    finally:
        client.files.delete(file.id)
    error = fails(openai.NotFoundError, ask)
    equal((error.code, error.param), ("file_not_found", "x-gateway-body"))


run()
