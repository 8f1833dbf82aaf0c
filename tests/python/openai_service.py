"""OpenAI's own client for Python: errors, headers, models, and many calls at once."""

import asyncio

import openai

from cases import case, contains, equal, fails, gateway, run

HELLO = [{"role": "user", "content": "Hello"}]


def client_of(key=gateway.apiKey, **options):
    return openai.OpenAI(base_url=gateway.baseUrl, api_key=key, **{"max_retries": 0, **options})


client = client_of()


def ask(client=client, **members):
    return client.chat.completions.create(**{"model": gateway.model, "messages": HELLO, **members})


def fault(name):
    return {"simulator-fault": name}


@case("AuthenticationError for an unknown key, an invalid key and no key")
def authentication():
    error = fails(openai.AuthenticationError, lambda: ask(client_of(gateway.strangerKey)))
    equal((error.status_code, error.code, error.type), (401, "invalid_api_key", "invalid_request_error"))
    assert error.request_id, "no request id"
    assert gateway.strangerKey not in error.message, "the message repeats the key"
    fails(openai.AuthenticationError, lambda: ask(client_of("sk-not-a-bedrock-key")))
    fails(openai.AuthenticationError, lambda: ask(extra_headers={"Authorization": openai.Omit()}))


@case("NotFoundError for an unknown model")
def not_found():
    error = fails(openai.NotFoundError, lambda: ask(model="gpt-unheard-of"))
    equal((error.status_code, error.code), (404, "model_not_found"))
    fails(openai.NotFoundError, lambda: client.models.retrieve("gpt-unheard-of"))


@case("BadRequestError names the parameter")
def bad_request():
    error = fails(openai.BadRequestError, lambda: ask(messages=[]))
    equal((error.status_code, error.param), (400, "messages"))
    error = fails(openai.BadRequestError, lambda: ask(messages=[{"role": "user", "content": [{"type": "text"}]}]))
    equal(error.param, "messages[0].content[0].text")
    error = fails(openai.BadRequestError, lambda: ask(logprobs=True))
    equal((error.code, error.param), ("unsupported_parameter", "logprobs"))


@case("BadRequestError for an overlong prompt")
def too_long():
    for stream in (False, True):
        error = fails(openai.BadRequestError, lambda: ask(metadata=fault("too-long"), stream=stream))
        equal(error.code, "context_length_exceeded")


@case("PermissionDeniedError for a model without access")
def permission():
    fails(openai.PermissionDeniedError, lambda: ask(metadata=fault("access-denied")))


@case("RateLimitError for a throttled model, buffered and streamed")
def rate_limit():
    for stream in (False, True):
        error = fails(openai.RateLimitError, lambda: ask(model=gateway.throttledModel, stream=stream))
        equal(error.status_code, 429)
        assert int(error.response.headers["retry-after"]) >= 1, "no retry-after"


@case("InternalServerError for a failed model")
def internal_server():
    error = fails(openai.InternalServerError, lambda: ask(metadata=fault("model-error")))
    assert error.status_code >= 500, error.status_code


@case("APITimeoutError for the client's own timeout")
def client_timeout():
    fails(openai.APITimeoutError, lambda: ask(client_of(timeout=0.4), metadata=fault("slow-headers=3000")))


@case("APIError for an interrupted stream")
def broken_stream():
    for name in ("stream-internal", "stream-throttle", "cut-frame", "reset-mid-stream"):
        texts = []

        def read():
            texts.extend(chunk.choices[0].delta.content for chunk in ask(metadata=fault(name), stream=True))

        fails(openai.APIError, read)
        assert any(texts), f"{name}: nothing was said before it broke"


@case("a call that is retried succeeds")
def tried_again():
    metadata = {"simulator-fault": "throttle-once", "simulator-id": "python"}
    reply = ask(client_of(max_retries=2), metadata=metadata)
    equal(reply.choices[0].finish_reason, "stop")


@case("returns the headers of the raw response")
def raw_response():
    raw = client.chat.completions.with_raw_response.create(model=gateway.model, messages=HELLO, seed=1)
    equal(raw.headers["x-gateway-ignored"], "seed")
    contains(raw.headers["x-gateway-target"], "bedrock:")
    equal(raw.parse()._request_id, raw.headers["x-request-id"])
    with client.chat.completions.with_streaming_response.create(
        model=gateway.model, messages=HELLO, stream=True
    ) as streamed:
        contains(streamed.headers["content-type"], "text/event-stream")
        equal(list(streamed.iter_lines())[-2:], ["data: [DONE]", ""])


@case("models: every listed model can be retrieved")
def models():
    listed = [model.id for model in client.models.list()]
    equal(sorted(set(gateway.models) - set(listed)), [])
    for model in listed:
        equal(client.models.retrieve(model).id, model)


@case("concurrent calls stay separate, with valid and invalid keys")
async def interleaved():
    async with (
        openai.AsyncOpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0) as good,
        openai.AsyncOpenAI(base_url=gateway.baseUrl, api_key=gateway.strangerKey, max_retries=0) as bad,
    ):
        kinds = [whole, refused, streamed, whole, streamed, streamed_refused]
        work = [
            kinds[number % len(kinds)](bad if "refused" in kinds[number % len(kinds)].__name__ else good, number)
            for number in range(60)
        ]
        await asyncio.gather(*work)


def numbered(number):
    return {"model": gateway.model, "messages": [{"role": "user", "content": f"Number {number} speaking"}]}


async def whole(client, number):
    reply = await client.chat.completions.create(**numbered(number))
    contains(reply.choices[0].message.content, f"Number {number} speaking")


async def streamed(client, number):
    text = ""
    async for chunk in await client.chat.completions.create(**numbered(number), stream=True):
        text += chunk.choices[0].delta.content or ""
    contains(text, f"Number {number} speaking")


async def refused(client, number, **members):
    try:
        await client.chat.completions.create(**numbered(number), **members)
    except openai.AuthenticationError:
        return
    raise AssertionError("a key that nobody knows was taken")


async def streamed_refused(client, number):
    await refused(client, number, stream=True)


@case("works over HTTPS with the printed certificate authority")
def over_https():
    secure = openai.OpenAI(base_url=f"{gateway.awsUrl}/v1", api_key=gateway.apiKey, max_retries=0)
    contains(secure.base_url.scheme, "https")
    assert gateway.model in [model.id for model in secure.models.list()]


run()
