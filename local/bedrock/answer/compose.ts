import type { Target } from '../resolve.ts';
import { redact, sign } from '../signature.ts';
import { isThinking } from '../thinking.ts';
import { asObject, type ConverseRequest, type ToolSpec } from '../wire.ts';
import type { Chance } from './chance.ts';
import { answerText, lastUserText, thoughtText } from './prose.ts';
import { sample } from './sample.ts';

/** A content block of an answer, before it is cut to the request's limits. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string; readonly signature?: string }
  | { readonly kind: 'redacted'; readonly content: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly input: string };

/** What a model is asked for: all that its answer depends on. */
export interface Question {
  readonly request: ConverseRequest;
  readonly target: Target;
  readonly chance: Chance;
  /** Asked for by a fault: reasoning that only the model can read. */
  readonly hidesThoughts: boolean;
}

/** The whole answer to a request: reasoning if it was asked for, then calls, JSON or text. */
export function compose(question: Question): Block[] {
  const calls = toolsToCall(question);
  const said = calls.length > 0 ? calls.map((spec) => callOf(spec, question)) : [textOf(question)];
  return [...thoughts(question), ...said];
}

function thoughts({ request, target: { family }, chance, hidesThoughts }: Question): Block[] {
  if (!isThinking(request, family)) return [];
  const text = thoughtText(chance);
  if (family.reasoning === 'redacted' || (hidesThoughts && family.reasoning === 'signed'))
    return [{ kind: 'redacted', content: redact(text) }];
  if (family.reasoning === 'hidden') return [{ kind: 'thought', text: '[REDACTED]' }];
  return [{ kind: 'thought', text, ...(family.reasoning === 'signed' && { signature: sign(text) }) }];
}

/**
 * Which tools the model calls. A named one: that one. `any`: the first two, or one where parallel calls are off. `auto`: those
 * whose name or description shares a word with the user's text, unless that turn brings results: then it answers in text.
 */
function toolsToCall({ request }: Question): ToolSpec[] {
  const { tools = [], toolChoice } = request.toolConfig ?? {};
  const specs = tools.map(({ toolSpec }) => toolSpec).filter((spec) => spec !== undefined);
  const native = asObject(asObject(request.additionalModelRequestFields)?.['tool_choice']);
  const most = native?.['disable_parallel_tool_use'] === true ? 1 : 2;
  const named = toolChoice?.tool?.name ?? (native?.['type'] === 'tool' ? native['name'] : undefined);
  if (named !== undefined) return specs.filter(({ name }) => name === named);
  if (toolChoice?.any !== undefined || native?.['type'] === 'any') return specs.slice(0, most);
  const answered = request.messages?.at(-1)?.content.some(({ toolResult }) => toolResult !== undefined) === true;
  if (answered) return [];
  const asked = wordsOf(lastUserText(request), 3);
  return specs.filter((spec) => isAskedFor(spec, asked)).slice(0, most);
}

function isAskedFor({ name, description = '' }: ToolSpec, asked: ReadonlySet<string>): boolean {
  const words = [...wordsOf(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2'), 4), ...wordsOf(description, 5)];
  return asked.has(name.toLowerCase()) || words.some((word) => asked.has(word) && !COMMON.has(word));
}

// Words of descriptions that say nothing about what a tool is for.
const COMMON = new Set([
  'about',
  'current',
  'given',
  'return',
  'returns',
  'their',
  'there',
  'these',
  'thing',
  'using',
  'which',
  'with',
  'tool',
  'that',
  'this',
  'from',
  'answer',
  'please',
]);

function wordsOf(text: string, shortest: number): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
  return new Set([...words, ...words.flatMap((word) => word.split(/[_-]/))].filter((word) => word.length >= shortest));
}

function callOf(spec: ToolSpec, { request, target, chance }: Question): Block {
  // Mistral knows nine characters; everybody else Bedrock's own shape.
  const id = target.family.toolIds === undefined ? `tooluse_${chance.id(22)}` : chance.id(9);
  const input = sample(spec.inputSchema.json, topics(request));
  return { kind: 'call', id, name: spec.name, input: JSON.stringify(asObject(input) ?? {}) };
}

function textOf({ request, chance }: Question): Block {
  const schema = request.outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (schema !== undefined) return { kind: 'text', text: JSON.stringify(sample(JSON.parse(schema), topics(request))) };
  const text = answerText(request, chance);
  return { kind: 'text', text: wantsJson(request) ? JSON.stringify({ answer: text, complete: true }) : text };
}

function wantsJson(request: ConverseRequest): boolean {
  const system = (request.system ?? []).map(({ text }) => text ?? '').join(' ');
  return /\bJSON\b/i.test(`${system} ${lastUserText(request)}`);
}

/** What free texts in arguments speak of: the names in the user's text, else its longest word. */
function topics(request: ConverseRequest): string[] {
  const words = lastUserText(request).match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const names = words.filter((word, index) => index > 0 && /^\p{Lu}\p{Ll}/u.test(word));
  const longest = words.toSorted((one, other) => other.length - one.length).slice(0, 1);
  return [...new Set(names.length > 0 ? names : longest)];
}
