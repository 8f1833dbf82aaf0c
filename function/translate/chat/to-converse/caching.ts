import { isObject } from '../../../dialects/json.ts';
import type {
  CachePointBlock,
  ContentBlock,
  Message,
  SystemContentBlock,
  Tool,
} from '../../../dialects/converse.gen.ts';
import { member, type Work } from './work.ts';

/** The three places where cache points may stand, in the order in which Bedrock reads them. */
export interface Cacheable {
  readonly tools: readonly Tool[];
  readonly system: readonly SystemContentBlock[];
  readonly messages: readonly Message[];
}

/** So many cache points are taken in one request. */
const MOST = 4;

type Point = { readonly cachePoint: CachePointBlock };

/**
 * Puts cache points where a later request will probably begin the same: what the caller marked or, without marks, at the end
 * of the tools, the system text and the last two user messages.
 */
export function cached(parts: Cacheable, work: Work): Cacheable {
  const marked = count(parts) > 0;
  const allowed = permitted(parts, work, marked);
  const placed = marked ? allowed : isLikely(work) ? automatic(allowed, work) : allowed;
  const taken = { ...placed, messages: placed.messages.map(beforeDocuments) };
  // Points that the gateway itself wanted are nobody's field.
  if (marked && count(taken) < count(placed)) work.ignored.add('prompt_cache_breakpoint');
  return limited(taken, work);
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
function permitted(parts: Cacheable, { family, ignored, context }: Work, marked: boolean): Cacheable {
  if (!marked) return parts;
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
function isLikely({ request, family, context, ignored }: Work): boolean {
  const asked = typeof request.prompt_cache_key === 'string';
  if (context.promptCaching === 'off' || family.caching === undefined) {
    if (asked) ignored.add('prompt_cache_key');
    return false;
  }
  if (request.prompt_cache_options?.mode === 'explicit') return false;
  return asked || context.promptCaching === 'always' || request.messages.some(({ role }) => role === 'assistant');
}

function automatic({ tools, system, messages }: Cacheable, { family }: Work): Cacheable {
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
function limited(parts: Cacheable, work: Work): Cacheable {
  const total = count(parts);
  const withTtl: Point = { cachePoint: { type: 'default', ...lifetime(work, total > 0) } };
  let excess = total - MOST;
  if (total === 0) return parts;
  if (excess > 0) work.ignored.add('prompt_cache_breakpoint');
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
function lifetime({ request, family, ignored }: Work, any: boolean): { ttl?: '1h' } {
  const asked = request.prompt_cache_options?.ttl !== undefined;
  const hour = any && (asked || request.messages.some(marksAnHour) || (request.tools ?? []).some(isHour));
  if (hour && family.caching?.ttl === true) return { ttl: '1h' };
  if (hour || asked) ignored.add('prompt_cache_options.ttl');
  return {};
}

function marksAnHour(message: Work['request']['messages'][number]): boolean {
  return isHour(message) || (Array.isArray(message.content) && message.content.some(isHour));
}

function isHour(value: object): boolean {
  const control = member(value, 'cache_control');
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
