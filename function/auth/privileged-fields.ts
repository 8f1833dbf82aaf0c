import { isClientTool } from '../dialects/anthropic-tools.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { isObject } from '../dialects/json.ts';

const privilegedFields = [
  's3Location',
  'promptVariables',
  'guardrailConfig',
  'serviceTier',
  'performanceConfig',
] as const;

/** Fields by which a request reaches into the stack's account, or makes it pay more. */
export type PrivilegedField = (typeof privilegedFields)[number];

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns the privileged fields of a Converse request, in its own fields or in those that pass to the model unchanged. `reads` is the S3 URI
 * that the gateway itself has put there for a stored file.
 */
export function privilegedFieldsOfConverse(request: ConverseRequest, reads?: string): PrivilegedField[] {
  const { messages, system, promptVariables, guardrailConfig, serviceTier, performanceConfig } = request;
  const fields: Members = isObject(request.additionalModelRequestFields) ? request.additionalModelRequestFields : {};
  return asked({
    s3Location: contentReachesS3(messages, reads) || contentReachesS3(system) || mentionsS3(fields),
    promptVariables: promptVariables !== undefined,
    guardrailConfig: guardrailConfig !== undefined || Object.keys(fields).some(isBedrocksOwn),
    // What holds anyway asks for nothing.
    serviceTier: (serviceTier?.type ?? 'default') !== 'default' || asksTier(fields['service_tier']),
    performanceConfig: (performanceConfig?.latency ?? 'standard') !== 'standard',
  });
}

/**
 * Returns the privileged fields of a body in one of OpenAI's dialects, which need not be validated yet. The `bedrock` field counts
 * even where the target would ignore it.
 */
export function privilegedFieldsOfOpenAi(body: Members): PrivilegedField[] {
  const { messages, input, bedrock, service_tier: tier } = body;
  const { promptVariables, guardrailConfig, performanceConfig, additionalModelRequestFields } = isObject(bedrock)
    ? bedrock
    : {};
  const latency = isObject(performanceConfig) ? performanceConfig['latency'] : performanceConfig;
  const reachesS3 = [messages, input].some((list) => Array.isArray(list) && list.some(messageReachesS3));
  return asked({
    s3Location: reachesS3 || mentionsS3(additionalModelRequestFields),
    promptVariables: isGiven(promptVariables),
    guardrailConfig: isGiven(guardrailConfig) || Object.keys(body).some(isBedrocksOwn),
    serviceTier: asksTier(tier),
    performanceConfig: isGiven(latency) && latency !== 'standard',
  });
}

/**
 * The field for the model by which a request reaches servers, or has a server run its tools; undefined where there is none. They
 * are Anthropic's, and InvokeModel has them in its body, where the stack does not pay for them either.
 */
export function reachesServers({ additionalModelRequestFields: fields }: ConverseRequest): string | undefined {
  if (!isObject(fields)) return undefined;
  const named = ['mcp_servers', 'container'].find((name) => isGiven(fields[name]));
  if (named !== undefined) return named;
  const { tools } = fields;
  return Array.isArray(tools) && tools.some(isRunByServer) ? 'tools' : undefined;
}

/** Whether Bedrock itself would run one of a request's tools: any that is not the caller's own to run. */
export function runsTools({ toolConfig }: ConverseRequest): boolean {
  const { tools } = toolConfig ?? {};
  return Array.isArray(tools) && tools.some((tool) => Object.keys(tool).some((kind) => !callersTools.has(kind)));
}

/** Tools that the caller runs, and the mark between them. */
const callersTools: ReadonlySet<string> = new Set(['toolSpec', 'cachePoint']);

/** Tools without a type are the caller's own, as are functions, which other families have. */
const ownTools: ReadonlySet<unknown> = new Set([undefined, null, 'custom', 'function']);

function isRunByServer(tool: unknown): boolean {
  const type = isObject(tool) ? tool['type'] : undefined;
  return !ownTools.has(type) && !isClientTool(type);
}

/** Members by which Bedrock takes guardrails and the like in the bodies of models. */
function isBedrocksOwn(name: string): boolean {
  return /^amazon-bedrock-/i.test(name);
}

function asked(found: Readonly<Record<PrivilegedField, boolean>>): PrivilegedField[] {
  return privilegedFields.filter((field) => found[field]);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function asksTier(tier: unknown): boolean {
  return isGiven(tier) && tier !== 'auto' && tier !== 'default';
}

/** Every spelling by which a model's own form names an object in S3. */
const s3Name = /^s3_?(?:location|uri)$/i;

/** What a tool is called with and what it returns, by where they stand: data of the caller's, which nobody fetches anything by. */
const toolData: ReadonlyMap<string, string> = new Map([
  ['input', 'toolUse'],
  ['json', 'content'],
]);

/** In Converse's content by the member, wherever it stands: a block that is newer than this gateway may have it anywhere. */
function contentReachesS3(value: unknown, reads?: string, inside = ''): boolean {
  if (Array.isArray(value)) return value.some((item) => contentReachesS3(item, reads, inside));
  if (!isObject(value)) return false;
  for (const name in value) {
    if (toolData.get(name) === inside) continue;
    const inner = value[name];
    const found = s3Name.test(name) ? !isOwnFile(inner, reads) : contentReachesS3(inner, reads, name);
    if (found) return true;
  }
  return false;
}

/** Whether a location is the S3 URI `reads`, which the gateway itself has put there. */
function isOwnFile(location: unknown, reads: string | undefined): boolean {
  return reads !== undefined && isObject(location) && location['uri'] === reads;
}

/** Parts of a chat that are to be fetched; its texts may speak of anything. */
function messageReachesS3(message: unknown): boolean {
  // The Responses API has results of tools in `output`.
  const { content, output } = isObject(message) ? message : {};
  return [content, output].some((parts) => Array.isArray(parts) && parts.some(partReachesS3));
}

function partReachesS3(part: unknown): boolean {
  return isObject(part) && mentionsS3({ ...part, text: undefined });
}

/** Where a body of one of OpenAI's dialects names an object in S3, such as `messages[0].content[1].image_url.url`. */
export function s3Param({ messages }: Members): string | undefined {
  const contents = Array.isArray(messages)
    ? messages.map((message: unknown) => isObject(message) && message['content'])
    : [];
  const at = contents.findIndex((content) => Array.isArray(content) && content.some(partReachesS3));
  const parts: unknown = contents[at];
  if (!Array.isArray(parts)) return undefined;
  const part = parts.findIndex(partReachesS3);
  return `messages[${at}].content[${part}]${s3Path(parts[part])}`;
}

/** The rest of the path, from a value that has it. */
function s3Path(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const found = Object.entries(value).find(([name, inner]) => s3Name.test(name) || mentionsS3(inner));
  if (found === undefined) return '';
  const [name, inner] = found;
  return `${Array.isArray(value) ? `[${name}]` : `.${name}`}${s3Path(inner)}`;
}

/** In what goes to a model as it is, by any sign of it. */
function mentionsS3(value: unknown): boolean {
  if (typeof value === 'string') return /^\s*s3:\/\//i.test(value);
  if (Array.isArray(value)) return value.some(mentionsS3);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => s3Name.test(name) || mentionsS3(inner));
}
