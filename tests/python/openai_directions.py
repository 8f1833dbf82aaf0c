"""OpenAI's own client for Python: completions and embeddings of every backend, and what passes as it is."""

import openai

from cases import case, contains, equal, fails, gateway, in_front_of, run

client = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.apiKey, max_retries=0)
stranger = openai.OpenAI(base_url=gateway.baseUrl, api_key=gateway.strangerKey, max_retries=0)

GPT_OSS = "openai.gpt-oss-120b-1:0"
#: Whose Chat Completions pass through, or are those of a server like OpenAI's.
NATIVE = (gateway.openaiModel, GPT_OSS, gateway.sagemakerModel, gateway.lmiModel)
#: One model that completes prompts behind each backend: Bedrock's chat, the others continue.
CHATTING = (gateway.model, "amazon.nova-lite-v1:0")
CONTINUING = (gateway.promptModel, gateway.sagemakerModel, gateway.lmiModel, gateway.baseModel)
HELLO = [{"role": "user", "content": "Hello"}]


def chat(model, **members):
    return client.chat.completions.create(model=model, **{"messages": HELLO, **members})


def complete(model, prompt="Hello", **members):
    return client.completions.create(model=model, prompt=prompt, **members)


def fault(name):
    return {"metadata": {"simulator-fault": name}}


def texts(chunks):
    """What a stream of completions says, choice by choice, and why each ended."""
    said, reasons = {}, {}
    for choice in (choice for chunk in chunks for choice in chunk.choices):
        said[choice.index] = said.get(choice.index, "") + choice.text
        if choice.finish_reason:
            reasons[choice.index] = choice.finish_reason
    return said, reasons


@case("chat: logprobs, buffered and streamed")
@in_front_of(*NATIVE)
def logprobs(model):
    members = {"logprobs": True, "top_logprobs": 2}
    choice = chat(model, **members).choices[0]
    whole = [token.token for token in choice.logprobs.content]
    equal("".join(whole), choice.message.content)
    equal([len(token.top_logprobs) for token in choice.logprobs.content], [2] * len(whole))
    chunks = [chunk.choices[0] for chunk in chat(model, stream=True, **members) if chunk.choices]
    streamed = [token.token for chunk in chunks if chunk.logprobs for token in chunk.logprobs.content or []]
    equal("".join(streamed), choice.message.content)


@case("chat: n for gpt-oss, which Converse serves")
@in_front_of(GPT_OSS)
def converse_choices(model):
    raw = client.chat.completions.with_raw_response.create(model=model, messages=HELLO, n=3)
    equal([choice.index for choice in raw.parse().choices], [0, 1, 2])
    contains(raw.headers.get("x-gateway-target"), "converse")
    # Converse has no seed: with one, the refusal of n stays the caller's.
    equal(fails(openai.BadRequestError, lambda: chat(model, n=3, seed=7)).param, "n")


@case("chat: n and seed are honoured, not reported as ignored")
@in_front_of(*(model for model in NATIVE if model != GPT_OSS))
def choices(model):
    raw = client.chat.completions.with_raw_response.create(model=model, messages=HELLO, n=3, seed=7)
    equal(raw.headers.get("x-gateway-ignored"), None)
    reply = raw.parse()
    equal([choice.index for choice in reply.choices], [0, 1, 2])
    contents = [choice.message.content for choice in reply.choices]
    equal([choice.message.content for choice in chat(model, n=3, seed=7).choices], contents)
    assert contents != [choice.message.content for choice in chat(model, n=3, seed=8).choices], "the seed did not count"


@case("chat: a stream, its usage and its target")
@in_front_of(*NATIVE, gateway.baseModel)
def chat_stream(model):
    whole = chat(model)
    chunks = list(chat(model, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    equal(text, whole.choices[0].message.content)
    contains(text, "Hello")
    equal(chunks[-1].choices, [])
    equal(chunks[-1].usage.total_tokens, whole.usage.total_tokens)


@case("chat: a template renders the messages for a model that only continues a prompt")
def template():
    raw = client.chat.completions.with_raw_response.create(model=gateway.baseModel, messages=HELLO)
    equal(raw.headers["x-gateway-target"], "sagemaker:demo-base (completions)")
    choice = raw.parse().choices[0]
    equal(choice.finish_reason, "stop")
    assert "<|" not in choice.message.content, choice.message.content
    error = fails(openai.BadRequestError, lambda: chat(gateway.baseModel, logprobs=True))
    equal((error.code, error.param), ("unsupported_parameter", "logprobs"))


@case("chat: backend errors have OpenAI's classes, buffered and streamed")
def backend_errors():
    for model in (gateway.openaiModel, gateway.sagemakerModel, GPT_OSS):
        for stream in (False, True):
            throttled = fails(openai.RateLimitError, lambda: chat(model, stream=stream, **fault("throttle")))
            assert int(throttled.response.headers["retry-after"]) >= 1, "no retry-after"
            fails(openai.InternalServerError, lambda: chat(model, stream=stream, **fault("redirect")))
            leaking = fails(openai.BadRequestError, lambda: chat(model, stream=stream, **fault("leak"))).message
            for secret in ("arn:aws", "123456789012", gateway.apiKey[:24]):
                assert secret not in leaking, f"{secret} is in {leaking}"


@case("chat: an interrupted stream ends with an error")
def broken_streams():
    common = ("stream-internal", "cut-frame", "cut-between", "reset-mid-stream")
    for model, names in ((gateway.openaiModel, common), (gateway.sagemakerModel, (*common, "error-line"))):
        for name in names:
            heard = []

            def read():
                heard.extend(chunk.choices[0] for chunk in chat(model, stream=True, **fault(name)) if chunk.choices)

            fails(openai.APIError, read)
            assert any(choice.delta.content for choice in heard), f"{model}, {name}: nothing was said before it broke"
            equal([choice.finish_reason for choice in heard if choice.finish_reason], [])


@case("PermissionDeniedError for an unregistered key of a stack-paid model")
def strangers():
    messages = {"messages": HELLO}
    for model in (gateway.openaiModel, gateway.sagemakerModel, gateway.baseModel):
        fails(openai.PermissionDeniedError, lambda: stranger.chat.completions.create(model=model, **messages))
    fails(openai.PermissionDeniedError, lambda: stranger.completions.create(model=gateway.promptModel, prompt="Hello"))
    fails(
        openai.PermissionDeniedError, lambda: stranger.embeddings.create(model=gateway.openaiEmbeddingModel, input="a")
    )
    fails(openai.AuthenticationError, lambda: stranger.embeddings.create(model=gateway.embeddingModel, input="a"))
    fails(openai.AuthenticationError, lambda: stranger.completions.create(model=gateway.model, prompt="Hello"))


@case("completions: a prompt, buffered and streamed")
@in_front_of(*CHATTING, *CONTINUING)
def completion(model):
    whole = complete(model, max_tokens=20)
    equal((whole.object, whole.id[:5]), ("text_completion", "cmpl-"))
    equal((whole.choices[0].finish_reason, whole.usage.completion_tokens), ("length", 20))
    *chunks, last = complete(model, max_tokens=20, stream=True, stream_options={"include_usage": True})
    equal(texts(chunks), ({0: whole.choices[0].text}, {0: "length"}))
    equal((last.choices, last.usage.total_tokens), ([], whole.usage.total_tokens))
    assert len(chunks) > 3, "the answer came in one piece"


@case("completions: a list of prompts, n, echo and stop")
@in_front_of(*CHATTING, *CONTINUING)
def several_completions(model):
    reply = complete(model, ["One more", "Two more"], n=2, echo=True, max_tokens=8)
    equal([choice.index for choice in reply.choices], [0, 1, 2, 3])
    equal([choice.text[:8] for choice in reply.choices], ["One more"] * 2 + ["Two more"] * 2)
    said, reasons = texts(complete(model, ["One more", "Two more"], max_tokens=8, stream=True))
    equal((sorted(said), reasons), ([0, 1], {0: "length", 1: "length"}))
    contains(said[1], "Two more")
    stopped = complete(model, stop=["so here"], max_tokens=50).choices[0]
    equal((stopped.text.strip(), stopped.finish_reason), ("You wrote “Hello”,", "stop"))


@case("completions: logprobs are returned or refused")
@in_front_of(*CONTINUING)
def completion_logprobs(model):
    choice = complete(model, logprobs=2, max_tokens=5).choices[0]
    equal("".join(choice.logprobs.tokens), choice.text)
    error = fails(openai.BadRequestError, lambda: complete(gateway.model, logprobs=2))
    equal((error.code, error.param), ("unsupported_parameter", "logprobs"))


@case("completions: unsupported fields of a chat model are reported")
@in_front_of(*CHATTING)
def refused_completions(model):
    equal(fails(openai.BadRequestError, lambda: complete(model, suffix="the end")).param, "suffix")
    equal(fails(openai.BadRequestError, lambda: complete(model, n=3, best_of=2)).param, "best_of")
    equal(fails(openai.BadRequestError, lambda: complete(model, [1, 2, 300_000])).param, "prompt[2]")
    fails(openai.NotFoundError, lambda: complete("gpt-unheard-of"))


#: Names of embedding models, and the length of their vectors.
EMBEDDING = {
    gateway.embeddingModel: 1536,
    "amazon.titan-embed-text-v1": 1536,
    "amazon.titan-embed-text-v2:0": 1024,
    "amazon.titan-embed-image-v1": 1024,
    "amazon.nova-2-multimodal-embeddings-v1:0": 3072,
    "cohere.embed-english-v3": 1024,
    "cohere.embed-multilingual-v3": 1024,
    "cohere.embed-v4:0": 1536,
    gateway.openaiEmbeddingModel: 1536,
}


def embed(model, text, **members):
    return client.embeddings.create(model=model, input=text, **members)


@case("embeddings: base64, the client's default, equals floats")
@in_front_of(*EMBEDDING)
def embeddings(model):
    # Nothing said, the client asks for base64 and reads it by numpy.
    packed = embed(model, ["one", "two", "one"])
    plain = embed(model, ["one", "two", "one"], encoding_format="float")
    equal([item.index for item in packed.data], [0, 1, 2])
    equal([len(item.embedding) for item in packed.data], [EMBEDDING[model]] * 3)
    for one, other in zip(packed.data, plain.data):
        assert all(abs(a - b) < 1e-6 for a, b in zip(one.embedding, other.embedding, strict=True)), "they differ"
    assert packed.data[0].embedding == packed.data[2].embedding != packed.data[1].embedding, "the order is lost"
    equal(type(embed(model, "one", encoding_format="base64").data[0].embedding), str)
    equal((packed.usage, packed.usage.prompt_tokens > 0), (plain.usage, True))


@case("embeddings: a string, an ordered list, and dimensions")
def many_embeddings():
    words = [f"word {number}" for number in range(40)]
    for model in (gateway.embeddingModel, "cohere.embed-v4:0", gateway.openaiEmbeddingModel):
        vectors = [item.embedding for item in embed(model, words).data]
        equal(embed(model, words[23]).data[0].embedding, vectors[23])
        equal(len({tuple(vector) for vector in vectors}), len(words))
        equal(len(embed(model, "one", dimensions=256).data[0].embedding), 256)


@case("embeddings: tokens embed like their text")
def token_embeddings():
    for model in (gateway.embeddingModel, "amazon.titan-embed-text-v2:0"):
        text = [item.embedding for item in embed(model, "Hello world").data]
        equal([item.embedding for item in embed(model, [9906, 1917]).data], text)
        equal([item.embedding for item in embed(model, [[9906, 1917]]).data], text)


@case("embeddings: unknown tokens, empty input and unsupported dimensions are refused")
def refused_embeddings():
    for text in ([1, 2, 100256], [[1, 2], [-1]], [[220]], "", [], ["one", ""]):
        contains(fails(openai.BadRequestError, lambda: embed(gateway.embeddingModel, text)).param, "input")
    error = fails(openai.BadRequestError, lambda: embed("cohere.embed-english-v3", "one", dimensions=256))
    equal(error.param, "dimensions")
    fails(openai.NotFoundError, lambda: embed("embed-unheard-of", "one"))
    fails(openai.BadRequestError, lambda: embed("amazon.nova-lite-v1:0", "one"))


run()
