/** One page of docs/compatibility: what converters are known to get wrong on one subject, and what this gateway does. */
export interface Topic {
  /** The name of the page, without `.md`. */
  readonly page: string;
  readonly title: string;
  /** The number by which golden pairs and tests name a rule, and what the gateway does. */
  readonly rules: readonly (readonly [number: number, rule: string])[];
}

export const topics: readonly Topic[] = [
  {
    page: 'messages',
    title: 'Messages',
    rules: [
      [1, 'Consecutive messages of one role become one message.'],
      [3, 'User content that follows tool results goes into the same message, after the results.'],
      [4, 'Empty and blank texts never reach Bedrock as text blocks, and no message is left without a block.'],
      [5, 'An assistant message with tool calls may have no content.'],
      [
        6,
        'A trailing assistant message is continued where the family supports prefill, and handled where it does not; trailing space is cut.',
      ],
      [7, 'A conversation starts with a user message, whatever the caller began with.'],
      [
        8,
        'System and developer messages are kept wherever they are, also alone, also for models without a system prompt.',
      ],
      [
        53,
        'Text that was cut in the middle of a character is sent with U+FFFD in its place, so that parsers accept it.',
      ],
    ],
  },
  {
    page: 'tools',
    title: 'Tools',
    rules: [
      [2, 'All results of one turn of tool calls go into one user message.'],
      [11, 'History with tool calls is sent in a form that Bedrock accepts, even if the request has no tools.'],
      [12, '`tool_choice` without tools is refused.'],
      [13, '`tool_choice: none` keeps the model from calling tools, though Converse has no such choice.'],
      [
        14,
        'A forced choice that the family, or its thinking, does not support becomes `auto`, named in `x-gateway-ignored`.',
      ],
      [15, 'Arguments are always JSON: empty ones become `{}`, and what is not an object is wrapped for Converse.'],
      [16, "Tool names and ids are made to fit Bedrock, and come back as the caller's own."],
      [17, 'An empty description of a tool is left out.'],
      [18, 'Parameters of tools are an object schema with the order of the keys kept, also when there are none.'],
      [19, 'Tool results are sent in a form that Bedrock accepts, whatever their text is.'],
      [
        46,
        'Strict schemas stay within the limits of a whole request; beyond them none is strict, and a header says so.',
      ],
      [
        47,
        '`anyOf`, `oneOf` and `allOf` at the root of a tool schema become one object where the family refuses such roots.',
      ],
      [
        48,
        "Property names that a family refuses are replaced there, and come back as the caller's own, in every turn.",
      ],
      [49, 'References in a tool schema are resolved in place where the family takes no definitions.'],
    ],
  },
  {
    page: 'parameters',
    title: 'Sampling, limits and JSON answers',
    rules: [
      [22, 'Sampling parameters are clamped, and left out where a family refuses them, alone or together.'],
      [
        24,
        "JSON answers use the family's own output format where it supports one and takes the schema, else a forced tool.",
      ],
      [
        25,
        "Values that only OpenAI has (`service_tier: auto`, a `stop` that is not a list) are translated to Bedrock's.",
      ],
      [26, 'Beta flags are sent only to the models that take them.'],
      [
        45,
        'An answer of Claude without a limit is not cut at 4,096 tokens; thinking and answer stay within what the model can write.',
      ],
      [50, 'Any JSON object is asked for in a way that models do not answer with an empty one.'],
    ],
  },
  {
    page: 'reasoning',
    title: 'Reasoning',
    rules: [
      [23, 'A thinking budget is large enough for the model and smaller than the room for the answer.'],
      [
        27,
        'Signed and redacted reasoning comes back byte for byte in a tool loop, in the form that its family takes, and in no other.',
      ],
      [28, 'Redacted reasoning and reasoning between tags do not leak into the answer, nor cost it its finish reason.'],
      [51, 'Reasoning of the newest Claude models comes with its text, where thinking is asked for.'],
      [
        52,
        'Reasoning that Bedrock refuses to take back is dropped once, where the family can go on without it, and named as ignored.',
      ],
    ],
  },
  {
    page: 'media',
    title: 'Images, documents and prompt caching',
    rules: [
      [29, 'At most four cache points, only where the family takes them.'],
      [
        40,
        'Image formats are detected by their first bytes and checked against Bedrock; image URLs are fetched safely.',
      ],
      [
        41,
        'Documents have names that Bedrock takes, different within one request and the same in the next, and a text beside them.',
      ],
      [54, 'Bedrock decides how many images and documents a message may have; only URLs to fetch are counted.'],
      [55, 'No cache point stands right behind a document that is not a PDF, whoever asked for it.'],
    ],
  },
  {
    page: 'answers',
    title: 'Answers and streams',
    rules: [
      [9, 'A 200 without an output is a failure, not a crash and not an empty answer.'],
      [
        20,
        'Calls in a stream are numbered 0, 1, 2 however their blocks are numbered; starts and inputs may be missing.',
      ],
      [21, 'A model that cannot stream with tools is called whole, and its answer is replayed as a stream.'],
      [31, 'Prompt tokens include what was read from and written to a cache.'],
      [32, 'A stream continues after the stop: usage follows it, and nothing takes the stop back.'],
      [
        33,
        'Every stop reason has an OpenAI finish reason, also those that do not exist yet; broken output is a failure.',
      ],
      [34, 'A failure in a stream, or a stream that just ends, is reported as an error, and no finish follows.'],
      [35, 'The HTTP status waits for the first event from upstream.'],
      [36, 'Silent streams are kept alive by comments.'],
      [37, 'No compressed answer is requested from upstream: compression would hold back a stream.'],
      [38, 'All text counts, in every block, also beside tool calls, with nothing put between.'],
      [42, 'Guardrails are passed on, and an intervention is `content_filter`.'],
    ],
  },
  {
    page: 'errors',
    title: 'Errors and retries',
    rules: [
      [39, 'Errors that are worth a retry say when.'],
      [57, 'A daily quota is not a rate: no second try in its region, and no advice to retry in seconds.'],
      [68, "Upstream's error message reaches the caller whatever its form, without details of the stack's account."],
      [73, "Errors under Bedrock's paths have AWS's shape."],
    ],
  },
  {
    page: 'models',
    title: 'Models and names',
    rules: [
      [
        10,
        'Model ids are encoded for the path, and a newer model of a known line gets what the newest known one supports.',
      ],
      [30, 'A profile that hides its model is resolved, so that the right family is known.'],
      [
        56,
        "GPT-5 with tools goes to Converse, and so does what Bedrock's own Chat Completions refuse to serve, where Converse honours every field.",
      ],
      [58, 'Any one word before a known provider is the prefix of an inference profile.'],
      [59, '`user` and `safety_identifier` reach Bedrock as labels of the call.'],
      [70, 'Tokens in place of a text are decoded by the tokenizer of the requested model name.'],
      [
        71,
        'Unmapped names are matched by patterns, and names that change without a deployment come from an SSM parameter.',
      ],
    ],
  },
  {
    page: 'other-servers',
    title: "OpenAI-compatible servers, SageMaker and Bedrock's own API",
    rules: [
      [
        43,
        'Behind Converse every block of a stream ends, the stop reason is one that Converse knows, usage comes last, and failures are exceptions.',
      ],
      [44, 'Bedrock itself counts tokens, and says for which models it cannot.'],
      [
        60,
        'Call ids and reasoning of one backend reach another only in a form that it takes, and return unchanged to the one that gave them.',
      ],
      [
        61,
        'Arguments of a call may be null, absent or an object, and ids numbers or missing; a call without a name is a failure.',
      ],
      [62, 'Parallel calls stay apart under one index or none, with ids that are empty or change.'],
      [
        63,
        'A finish may come without a delta, a whole message instead of deltas; an empty finish reason is not a finish.',
      ],
      [64, 'Chunks may have no choices, and usage may come anywhere.'],
      [65, 'Where one choice was asked for, its index does not matter.'],
      [
        66,
        "Failures that are reported as a finish reason are failures; servers' own finish reasons keep their meaning.",
      ],
      [67, 'Content may be a list of parts, and reasoning may have either of its names.'],
      [69, 'The output limit is sent in the field that the server knows.'],
      [
        72,
        "Every operation of Bedrock's runtime that takes an API key passes through with the caller's own, InvokeModel streams byte for byte; stack-paid requests are rebuilt.",
      ],
      [
        74,
        "SageMaker's inference components are called by name, and mistakes of the stack are a 502 that names nothing.",
      ],
    ],
  },
];

/** Every rule by its number, in order. */
export const rules: ReadonlyMap<number, string> = new Map(
  topics.flatMap((topic) => topic.rules).toSorted(([one], [other]) => one - other),
);
