/** A page of docs/compatibility: known faults of converters in one area, and what this gateway does. */
export interface Topic {
  /** The name of the page, without `.md`. */
  readonly page: string;
  readonly title: string;
  /** The rules: the number in golden pairs and tests, and what the gateway does. */
  readonly rules: readonly (readonly [number: number, rule: string])[];
}

/** The compatibility rules with their numbers, by documentation page. */
export const topics: readonly Topic[] = [
  {
    page: 'messages',
    title: 'Messages',
    rules: [
      [1, 'Consecutive messages with the same role are merged into one message.'],
      [3, 'User content that follows tool results is put into the same message, after the results.'],
      [
        4,
        'Empty and blank texts are never sent to Bedrock as text blocks, and every message keeps at least one block.',
      ],
      [5, 'An assistant message with tool calls may have no content.'],
      [
        6,
        'A trailing assistant message is continued if the family supports prefill, and converted if it does not; trailing whitespace is removed.',
      ],
      [7, 'A conversation always starts with a user message, whichever message the caller started with.'],
      [
        8,
        'System and developer messages are kept wherever they occur, even if there are no other messages or the model has no system prompt.',
      ],
      [
        53,
        'Text that was cut in the middle of a character is sent with U+FFFD in that place, so that parsers accept it.',
      ],
    ],
  },
  {
    page: 'tools',
    title: 'Tools',
    rules: [
      [2, 'All results of one turn of tool calls are put into one user message.'],
      [11, 'History with tool calls is sent in a form that Bedrock accepts, even if the request has no tools.'],
      [12, '`tool_choice` without tools is rejected.'],
      [13, '`tool_choice: none` prevents the model from calling tools, although Converse has no such option.'],
      [
        14,
        'A forced tool choice that the family does not support, or not together with thinking, becomes `auto` and is named in `x-gateway-ignored`.',
      ],
      [
        15,
        'Arguments are always JSON: empty arguments become `{}`, and values other than objects are wrapped for Converse.',
      ],
      [16, "Tool names and call IDs are adapted to Bedrock's rules, and returned as the caller's own."],
      [17, 'An empty tool description is left out.'],
      [18, 'Tool parameters are always an object schema, even if there are none, and keep the order of their keys.'],
      [19, 'Tool results are sent in a form that Bedrock accepts, whatever text they contain.'],
      [
        46,
        'Strict schemas stay within the limits for a whole request; if a request exceeds them, no schema is strict, and a header says so.',
      ],
      [
        47,
        '`anyOf`, `oneOf` and `allOf` at the root of a tool schema become one object if the family does not accept them there.',
      ],
      [
        48,
        "Property names that a family does not accept are replaced, and returned as the caller's own in every turn.",
      ],
      [49, 'References in a tool schema are resolved in place if the family does not support definitions.'],
    ],
  },
  {
    page: 'parameters',
    title: 'Sampling, limits and JSON answers',
    rules: [
      [
        22,
        'Sampling parameters are clamped, and left out if the family does not accept them individually or in combination.',
      ],
      [
        24,
        "JSON answers use the family's own output format if it has one that supports the schema, and otherwise a forced tool.",
      ],
      [
        25,
        "Values that only OpenAI has (`service_tier: auto`, a `stop` that is not a list) are translated to Bedrock's values.",
      ],
      [26, 'Beta flags are sent only to models that support them.'],
      [
        45,
        "Claude's answers to requests without a limit are not cut off at 4,096 tokens; thinking and answer together stay within the model's output limit.",
      ],
      [50, '`json_object` is requested in a way that models do not answer with an empty object.'],
    ],
  },
  {
    page: 'reasoning',
    title: 'Reasoning',
    rules: [
      [23, "A thinking budget is at least the model's minimum and smaller than the output limit."],
      [
        27,
        'In a tool loop, signed and redacted reasoning is returned to the model byte for byte, in the form that its family accepts and in no other.',
      ],
      [
        28,
        'Redacted reasoning and reasoning between tags do not leak into the answer, and the answer keeps its finish reason.',
      ],
      [51, 'Reasoning of the newest Claude models includes its text if thinking is requested.'],
      [
        52,
        'If Bedrock rejects reasoning from an earlier turn, the request is retried once without it, if the family allows that, and the reasoning is named as ignored.',
      ],
    ],
  },
  {
    page: 'media',
    title: 'Images, documents and prompt caching',
    rules: [
      [29, 'There are at most four cache points, only in positions that the family supports.'],
      [
        40,
        'Image formats are detected from the first bytes and checked against those that Bedrock supports; image URLs are fetched safely.',
      ],
      [
        41,
        'Documents have names that Bedrock accepts, unique within a request and stable across requests, and are accompanied by text.',
      ],
      [
        54,
        'Bedrock decides how many images and documents a message may have; the gateway limits only the number of URLs to fetch.',
      ],
      [55, 'No cache point directly follows a document that is not a PDF, not even one that the caller set.'],
    ],
  },
  {
    page: 'answers',
    title: 'Answers and streams',
    rules: [
      [9, 'A 200 without output is a failure, not a crash or an empty answer.'],
      [
        20,
        'Tool calls in a stream are numbered 0, 1, 2, however their blocks are numbered; starts and inputs may be missing.',
      ],
      [
        21,
        'A model that cannot stream with tools is called without streaming, and its answer is replayed as a stream.',
      ],
      [31, 'Prompt tokens include tokens read from and written to a cache.'],
      [32, 'A stream continues after the stop event: usage follows it, and no later event overrides the stop.'],
      [
        33,
        'Every stop reason, including unknown ones, maps to an OpenAI finish reason; malformed output is a failure.',
      ],
      [
        34,
        'A failure in a stream, or a stream that ends early, is reported as an error, and no finish reason follows.',
      ],
      [35, 'The HTTP status waits for the first event from upstream.'],
      [36, 'Silent streams are kept alive with comments.'],
      [37, 'Upstream servers are asked for uncompressed responses, because compression would delay a stream.'],
      [38, 'The text of all blocks is returned, also next to tool calls, joined without separators.'],
      [42, 'Guardrails are passed on, and an intervention becomes `content_filter`.'],
    ],
  },
  {
    page: 'errors',
    title: 'Errors and retries',
    rules: [
      [39, 'Errors that are worth a retry say when to retry.'],
      [
        57,
        'An exhausted daily quota is not throttling: it is not retried in its region, and the error does not advise a retry in seconds.',
      ],
      [
        68,
        "The upstream's error message reaches the caller whatever its format, without details of the stack's account.",
      ],
      [73, "Errors on Bedrock's paths have AWS's format."],
    ],
  },
  {
    page: 'models',
    title: 'Models and names',
    rules: [
      [
        10,
        'Model IDs are encoded for the path, and a newer model of a known line is treated like the newest known model of that line.',
      ],
      [30, 'An inference profile that hides its model is resolved, so that the right family is used.'],
      [
        56,
        "Requests with tools for GPT-5 go to Converse, as do requests that Bedrock's own Chat Completions does not serve, if Converse honors every field.",
      ],
      [58, 'Any single word before a known provider is treated as the prefix of an inference profile.'],
      [59, '`user` and `safety_identifier` are sent to Bedrock as labels of the call.'],
      [70, 'Tokens in place of text are decoded with the tokenizer of the requested model name.'],
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
        "In Converse streams from other servers, every block ends, the stop reason is one of Converse's, usage comes last, and failures are exceptions.",
      ],
      [44, 'Bedrock itself counts tokens, and reports the models for which it cannot.'],
      [
        60,
        'Call IDs and reasoning from one backend reach another only in a form that it accepts, and are returned unchanged to the backend that issued them.',
      ],
      [
        61,
        'Tool call arguments may be null, absent or an object, and IDs may be numbers or absent; a call without a name is a failure.',
      ],
      [
        62,
        'Parallel calls stay separate even if they share an index or have none, and even if their IDs are empty or change.',
      ],
      [
        63,
        'A finish reason may come without a delta, and a whole message instead of deltas; an empty finish reason does not count.',
      ],
      [64, 'Chunks may have no choices, and usage may be in any chunk.'],
      [65, 'If one choice was requested, its index does not matter.'],
      [
        66,
        'Failures that are reported as a finish reason are treated as failures; finish reasons specific to a server keep their meaning.',
      ],
      [67, 'Content may be a list of parts, and reasoning may use either of its two field names.'],
      [69, 'The output limit is sent in the field that the server supports.'],
      [
        72,
        "Every operation of the Bedrock runtime that supports API keys passes through with the caller's own key, InvokeModel streams byte for byte; requests that the stack pays for are rebuilt.",
      ],
      [
        74,
        'SageMaker inference components are called by name, and configuration errors of the stack are a 502 that reveals no names.',
      ],
    ],
  },
];

/** All rules by their numbers, in order. */
export const rules: ReadonlyMap<number, string> = new Map(
  topics.flatMap((topic) => topic.rules).toSorted(([one], [other]) => one - other),
);
