import type { ConverseStreamRequest } from '../../dialects/converse.gen.ts';

/** What happens to a field of the request when an OpenAI-compatible server answers. */
export type Disposition = 'mapped' | 'emulated' | 'ignored' | 'refused';

/** How, or why not: the documentation shows the sentence, and so does the error where the field is refused. */
type Row = readonly [how: Disposition, reason: string];

const noFetch = ['refused', 'Nothing here reads S3 for a model outside of AWS: send the bytes.'] as const;

/**
 * Every field of the request schema, once. Below a field that is ignored or refused nothing is listed; a shape that stands in
 * several places (a document, a guarded text) is listed where it comes first.
 */
export const disposition = {
  additionalModelRequestFields: [
    'mapped',
    'Each field becomes a field of the Chat Completions request and takes precedence over the translated one, `max_tokens` also over `max_completion_tokens`; null removes a field. Fields that the gateway itself depends on are refused (`model`, `messages`, `stream`, …).',
  ],
  additionalModelResponseFieldPaths: [
    'mapped',
    'JSON Pointers into the Chat Completions response; in a stream, into the chunk with the finish reason.',
  ],
  guardrailConfig: [
    'refused',
    'There is no guardrail outside of Bedrock, and an answer without it would be unguarded.',
  ],
  inferenceConfig: ['mapped', 'Its fields are mapped one by one.'],
  'inferenceConfig.maxTokens': [
    'mapped',
    '`max_completion_tokens`, which every OpenAI model accepts. For servers that only support `max_tokens`, set `maxTokensField` in the config, or that field in `additionalModelRequestFields`.',
  ],
  'inferenceConfig.stopSequences': [
    'mapped',
    '`stop`, all of them: OpenAI itself rejects more than 4, other servers accept more.',
  ],
  'inferenceConfig.temperature': ['mapped', '`temperature`.'],
  'inferenceConfig.topP': ['mapped', '`top_p`.'],
  messages: ['mapped', '`messages`; content that belongs to several OpenAI roles becomes several messages.'],
  'messages.content': [
    'mapped',
    'A single text becomes a string, other content a list of parts; tool blocks become tool calls and separate messages.',
  ],
  'messages.content.audio': ['mapped', '`input_audio`, in user messages only.'],
  'messages.content.audio.error': ['ignored', 'Only reports that the audio of an answer failed.'],
  'messages.content.audio.format': [
    'mapped',
    '`wav` and `mp3` (also as `mpeg` and `mpga`); OpenAI supports no others.',
  ],
  'messages.content.audio.source': ['mapped', 'Its bytes.'],
  'messages.content.audio.source.bytes': ['mapped', '`input_audio.data`.'],
  'messages.content.audio.source.s3Location': noFetch,
  'messages.content.cachePoint': ['ignored', 'OpenAI-compatible servers detect repeated prefixes themselves.'],
  'messages.content.citationsContent': ['mapped', 'Its text.'],
  'messages.content.citationsContent.citations': [
    'ignored',
    'Chat messages have no field for the source of a quotation.',
  ],
  'messages.content.citationsContent.content': ['mapped', 'As text.'],
  'messages.content.citationsContent.content.text': ['mapped', 'As text.'],
  'messages.content.document': [
    'mapped',
    'A PDF becomes a `file` part; a text document becomes a text part that names the document.',
  ],
  'messages.content.document.citations': ['ignored', 'OpenAI-compatible servers do not cite documents.'],
  'messages.content.document.context': ['mapped', 'A text before the document.'],
  'messages.content.document.format': [
    'mapped',
    '`pdf` and the text formats (`txt`, `md`, `csv`, `html`); OpenAI does not accept the bytes of others.',
  ],
  'messages.content.document.name': ['mapped', '`filename`, or the name before the text.'],
  'messages.content.document.source': ['mapped', "The document's content."],
  'messages.content.document.source.bytes': ['mapped', '`file_data`, or the decoded text.'],
  'messages.content.document.source.content': ['mapped', 'Its texts.'],
  'messages.content.document.source.content.text': ['mapped', 'As text.'],
  'messages.content.document.source.s3Location': noFetch,
  'messages.content.document.source.text': ['mapped', 'As text.'],
  'messages.content.guardContent': ['mapped', 'Its content: without a guardrail, it is ordinary content.'],
  'messages.content.guardContent.image': ['mapped', '`image_url` with a data URL.'],
  'messages.content.guardContent.image.format': ['mapped', 'The type of the data URL.'],
  'messages.content.guardContent.image.source': ['mapped', 'Its bytes.'],
  'messages.content.guardContent.image.source.bytes': ['mapped', 'The data URL.'],
  'messages.content.guardContent.text': ['mapped', 'As text.'],
  'messages.content.guardContent.text.qualifiers': ['ignored', 'They only concern a guardrail.'],
  'messages.content.guardContent.text.text': ['mapped', 'As text.'],
  'messages.content.image': ['mapped', '`image_url` with a data URL, in user messages only.'],
  'messages.content.image.error': ['ignored', 'Only reports that the image of an answer failed.'],
  'messages.content.image.format': ['mapped', 'The type of the data URL.'],
  'messages.content.image.source': ['mapped', 'Its bytes.'],
  'messages.content.image.source.bytes': ['mapped', 'The data URL.'],
  'messages.content.image.source.s3Location': noFetch,
  'messages.content.reasoningContent': [
    'ignored',
    'Only reasoning from the same target is returned to it, identified by the signature: `reasoning_content`, `reasoning`, and `extra_content` of tool calls.',
  ],
  'messages.content.searchResult': ['mapped', 'A text with its title and source.'],
  'messages.content.searchResult.citations': ['ignored', 'OpenAI-compatible servers do not cite search results.'],
  'messages.content.searchResult.content': ['mapped', 'Its texts.'],
  'messages.content.searchResult.content.text': ['mapped', 'As text.'],
  'messages.content.searchResult.source': ['mapped', 'Before the text.'],
  'messages.content.searchResult.title': ['mapped', 'Before the text.'],
  'messages.content.text': ['mapped', 'As text.'],
  'messages.content.toolAddition': ['refused', 'Tools of a chat are the same from its first message to its last.'],
  'messages.content.toolRemoval': ['refused', 'Tools of a chat are the same from its first message to its last.'],
  'messages.content.toolResult': ['mapped', 'A `tool` message, before the other content of the user message.'],
  'messages.content.toolResult.content': [
    'mapped',
    'Text; images and files follow in a user message, because OpenAI accepts them only there.',
  ],
  'messages.content.toolResult.content.document': ['mapped', 'As in a message.'],
  'messages.content.toolResult.content.image': ['mapped', 'As in a message.'],
  'messages.content.toolResult.content.json': ['mapped', 'As JSON text.'],
  'messages.content.toolResult.content.searchResult': ['mapped', 'As in a message.'],
  'messages.content.toolResult.content.text': ['mapped', 'As text.'],
  'messages.content.toolResult.content.video': ['refused', 'OpenAI-compatible servers have no common form for video.'],
  'messages.content.toolResult.status': [
    'mapped',
    'OpenAI has no equivalent of `error`, so the text begins with a word for it.',
  ],
  'messages.content.toolResult.toolUseId': ['mapped', '`tool_call_id`, like the ID of the call.'],
  'messages.content.toolResult.type': ['ignored', 'Names the type of a tool that Bedrock runs itself.'],
  'messages.content.toolUse': ['mapped', 'One of the `tool_calls` of its message.'],
  'messages.content.toolUse.input': ['mapped', '`arguments`, as JSON text.'],
  'messages.content.toolUse.name': ['mapped', '`name`.'],
  'messages.content.toolUse.toolUseId': [
    'mapped',
    "`id`: the server's own ID if it came from the same target; any other ID of more than 40 characters, which OpenAI rejects, is replaced by a shorter one.",
  ],
  'messages.content.toolUse.type': ['refused', 'A tool that Bedrock runs itself has no counterpart.'],
  'messages.content.video': ['refused', 'OpenAI-compatible servers have no common form for video.'],
  'messages.role': ['mapped', '`user`, `assistant` and `system`, also in the middle of a conversation.'],
  outputConfig: ['mapped', 'Its fields are mapped one by one.'],
  'outputConfig.effort': ['mapped', '`reasoning_effort`.'],
  'outputConfig.textFormat': ['mapped', '`response_format`.'],
  'outputConfig.textFormat.structure': ['mapped', '`json_schema`.'],
  'outputConfig.textFormat.structure.jsonSchema': [
    'mapped',
    "`strict` if the schema meets OpenAI's requirements for it.",
  ],
  'outputConfig.textFormat.structure.jsonSchema.description': ['mapped', '`description`.'],
  'outputConfig.textFormat.structure.jsonSchema.name': [
    'mapped',
    '`name`, which OpenAI requires: `response` if it is absent.',
  ],
  'outputConfig.textFormat.structure.jsonSchema.schema': ['mapped', '`schema`, parsed.'],
  'outputConfig.textFormat.type': ['mapped', '`json_schema`.'],
  performanceConfig: ['ignored', 'Requests lower latency from the same model; `standard` is the default.'],
  promptVariables: ['refused', 'They fill in a prompt that Bedrock keeps.'],
  requestMetadata: ['mapped', '`metadata`; entries whose names are longer than OpenAI allows are left out and named.'],
  serviceTier: ['mapped', '`service_tier`.'],
  'serviceTier.type': ['mapped', 'The same values; `reserved`, which is capacity purchased from AWS, is ignored.'],
  system: ['mapped', 'The first message, with the role `system`, which every server supports.'],
  'system.cachePoint': ['ignored', 'OpenAI-compatible servers detect repeated prefixes themselves.'],
  'system.guardContent': ['mapped', 'Its text: without a guardrail, it is ordinary content.'],
  'system.text': ['mapped', 'As text.'],
  toolConfig: ['mapped', 'Its fields are mapped one by one.'],
  'toolConfig.toolChoice': ['mapped', '`tool_choice`.'],
  'toolConfig.toolChoice.any': ['mapped', '`required`.'],
  'toolConfig.toolChoice.auto': ['mapped', '`auto`.'],
  'toolConfig.toolChoice.tool': ['mapped', 'The function with that name.'],
  'toolConfig.toolChoice.tool.name': ['mapped', '`function.name`.'],
  'toolConfig.tools': ['mapped', '`tools`.'],
  'toolConfig.tools.cachePoint': ['ignored', 'OpenAI-compatible servers detect repeated prefixes themselves.'],
  'toolConfig.tools.systemTool': ['refused', 'A tool that Bedrock runs itself has no counterpart.'],
  'toolConfig.tools.toolSpec': ['mapped', 'A tool of type `function`.'],
  'toolConfig.tools.toolSpec.description': ['mapped', '`description`.'],
  'toolConfig.tools.toolSpec.inputSchema': ['mapped', '`parameters`.'],
  'toolConfig.tools.toolSpec.inputSchema.json': ['mapped', '`parameters`.'],
  'toolConfig.tools.toolSpec.name': ['mapped', '`name`.'],
  'toolConfig.tools.toolSpec.strict': ['mapped', '`strict`.'],
} as const satisfies Readonly<Record<keyof ConverseStreamRequest, Row> & Record<string, Row>>;

/** A field of the request by its path, without the places in lists. */
export type Member = keyof typeof disposition;

/** The fields that are refused: ignoring them would change the answer's meaning. */
export type Refused = { [M in Member]: (typeof disposition)[M][0] extends 'refused' ? M : never }[Member];
