import { isObject } from '../../../dialects/json.ts';
import type {
  CachePointBlock,
  ContentBlock,
  Message,
  SystemContentBlock,
  Tool,
} from '../../../dialects/converse.gen.ts';
import { unknownField, type TranslationState } from './translation-state.ts';

/** The three places where cache points may stand, in the order in which Bedrock reads them. */
export interface Cacheable {
  readonly tools: Tool[];
  readonly system: SystemContentBlock[];
  readonly messages: Message[];
}

/** So many cache points are taken in one request. */
const maxCachePoints = 4;

type Point = { readonly cachePoint: CachePointBlock };

/**
 * Puts cache points where a later request will probably begin the same: what the caller marked or, without marks, at the end
 * of the tools, the system text and the last two user messages.
 */
export function withCachePoints(parts: Cacheable, state: TranslationState): Cacheable {
  const marked = count(parts) > 0;
  if (!marked && !isLikely(state)) return withoutPoints(parts, state);
  const placed = marked ? withPermittedPoints(parts, state) : withAutomaticPoints(parts, state);
  const taken = { ...placed, messages: placed.messages.map(beforeDocuments) };
  // Points that the gateway itself wanted are nobody's field.
  if (marked && count(taken) < count(placed)) state.ignored.add('prompt_cache_breakpoint');
  return count(taken) > 0 ? withinPointLimit(taken, state) : withoutPoints(taken, state);
}

/** Where nothing is cached, a lifetime that the caller asks for is ignored. */
function withoutPoints(parts: Cacheable, { request, ignored }: TranslationState): Cacheable {
  if (request.prompt_cache_options?.ttl !== undefined) ignored.add('prompt_cache_options.ttl');
  return parts;
}

/**
 * Right behind a document that is no PDF Bedrock refuses a point (`messages.n.content.m.type: Field required`): it goes before
 * the whole run of such documents, and is left out where nothing or another point stands there.
 */
function beforeDocuments(message: Message): Message {
  if (points(message.content) === 0) return message;
  const content: ContentBlock[] = [];
  // Where the run of such documents begins that the blocks so far end with.
  let run = 0;
  for (const block of message.content) {
    if (isPoint(block)) run += placePoint(content, run, block);
    else {
      content.push(block);
      if (!isTextDocument(block)) run = content.length;
    }
  }
  return { ...message, content };
}

/** How many points were placed in front of the run: none or one. */
function placePoint(content: ContentBlock[], run: number, block: Point): number {
  const before = content[run - 1];
  const stands = run === content.length || (before !== undefined && !isPoint(before));
  if (stands) content.splice(run, 0, block);
  return stands ? 1 : 0;
}

/** Marks where the family takes none are dropped and named. */
function withPermittedPoints(parts: Cacheable, { family, ignored, context }: TranslationState): Cacheable {
  const positions = context.promptCaching === 'off' ? [] : (family.caching?.positions ?? []);
  const tools = positions.includes('tools');
  const kept = {
    tools: tools ? parts.tools : parts.tools.filter((tool) => !isPoint(tool)),
    system: positions.includes('system') ? parts.system : parts.system.filter((block) => !isPoint(block)),
    messages: parts.messages.map((message) => {
      const takes = positions.includes('messages') && (tools || !hasToolBlocks(message));
      return takes ? message : { ...message, content: message.content.filter((block) => !isPoint(block)) };
    }),
  };
  if (count(kept) < count(parts)) ignored.add('prompt_cache_breakpoint');
  return kept;
}

/** Reuse is likely when the caller says so, or when the conversation goes on: a cache write costs more than plain input. */
function isLikely({ request, family, context, ignored }: TranslationState): boolean {
  const requested = typeof request.prompt_cache_key === 'string';
  if (context.promptCaching === 'off' || family.caching === undefined) {
    if (requested) ignored.add('prompt_cache_key');
    return false;
  }
  if (request.prompt_cache_options?.mode === 'explicit') return false;
  return requested || context.promptCaching === 'always' || request.messages.some(({ role }) => role === 'assistant');
}

function withAutomaticPoints({ tools, system, messages }: Cacheable, { family }: TranslationState): Cacheable {
  const positions = family.caching?.positions ?? [];
  const withTools = positions.includes('tools');
  const last = messages.findLastIndex(isUsers);
  const lastButOne = messages.slice(0, Math.max(last, 0)).findLastIndex(isUsers);
  return {
    tools: withTools && tools.length > 0 ? [...tools, point] : tools,
    system: positions.includes('system') && system.length > 0 ? [...system, point] : system,
    messages: messages.map((message, at) => {
      const takes = positions.includes('messages') && (withTools || !hasToolBlocks(message));
      const returns = at === last || at === lastButOne;
      return takes && returns ? { ...message, content: [...message.content, point] } : message;
    }),
  };
}

function isUsers({ role }: Message): boolean {
  return role === 'user';
}

function isTextDocument(block: ContentBlock): boolean {
  return 'document' in block && block.document.format !== 'pdf';
}

const point: Point = { cachePoint: { type: 'default' } };

/** Keeps the latest points, as OpenAI does with breakpoints, all with one lifetime: it must not grow along a request. */
function withinPointLimit(parts: Cacheable, state: TranslationState): Cacheable {
  const withTtl: Point = { cachePoint: { type: 'default', ...pointLifetime(state) } };
  let excess = count(parts) - maxCachePoints;
  if (excess > 0) state.ignored.add('prompt_cache_breakpoint');
  const kept = <Block extends object>(blocks: readonly (Block | Point)[]): (Block | Point)[] =>
    blocks.filter((block) => !isPoint(block) || excess-- <= 0).map((block) => (isPoint(block) ? withTtl : block));
  const tools = kept<Tool>(parts.tools);
  const system = kept<SystemContentBlock>(parts.system);
  const messages = parts.messages.map((message) =>
    points(message.content) > 0 ? { role: message.role, content: kept<ContentBlock>(message.content) } : message,
  );
  return { tools, system, messages };
}

/** An hour where it is asked for and taken; OpenAI's least of 30 minutes is more than Bedrock's usual five. */
function pointLifetime({ request, family, ignored }: TranslationState): { ttl?: '1h' } {
  const requested = request.prompt_cache_options?.ttl !== undefined;
  const hour = requested || request.messages.some(marksAnHour) || (request.tools ?? []).some(isHour);
  if (hour && family.caching?.ttl === true) return { ttl: '1h' };
  if (hour) ignored.add('prompt_cache_options.ttl');
  return {};
}

function marksAnHour(message: TranslationState['request']['messages'][number]): boolean {
  return isHour(message) || (Array.isArray(message.content) && message.content.some(isHour));
}

function isHour(value: object): boolean {
  const control = unknownField(value, 'cache_control');
  return isObject(control) && control['ttl'] === '1h';
}

function isPoint(block: object): block is Point {
  return 'cachePoint' in block;
}

function hasToolBlocks({ content }: Message): boolean {
  return content.some((block) => 'toolUse' in block || 'toolResult' in block);
}

function count({ tools, system, messages }: Cacheable): number {
  let found = points(tools) + points(system);
  for (const { content } of messages) found += points(content);
  return found;
}

function points(blocks: readonly object[]): number {
  let found = 0;
  for (const block of blocks) if (isPoint(block)) found += 1;
  return found;
}
