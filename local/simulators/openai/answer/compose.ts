import { newId, type Chance } from '../../common/chance.ts';
import { asObject } from '../../../json.ts';
import type { Block } from '../../common/limit.ts';
import { answerText, thoughtText, type UserTurn } from '../../common/prose.ts';
import { sample } from '../../common/sample.ts';
import { asksFor, forced, topics, type Callable } from '../../common/tools.ts';
import { nameOf, partsOf, textOf, type ChatRequest, type FunctionTool, type Tool } from '../wire.ts';

/** What a model is asked for: all that one choice of its answer depends on. */
export interface Question {
  readonly request: ChatRequest;
  readonly chance: Chance;
  readonly thinks: boolean;
}

/** A tool that may be called: `functions` are tools of an older name. */
interface Candidate extends Callable {
  readonly parameters?: FunctionTool['parameters'];
  readonly isCustom: boolean;
}

/** One choice, whole: thoughts if the model thinks, then calls, JSON or text. */
export function compose(question: Question): Block[] {
  const calls = toCall(question.request);
  const said = calls.length > 0 ? calls.map((tool) => callOf(tool, question)) : [textBlock(question)];
  return [...(question.thinks ? [{ kind: 'thought' as const, text: thoughtText(question.chance) }] : []), ...said];
}

/**
 * Which tools the model calls. A named one: that one. `required`: the first two, or one where parallel calls are off; where the
 * conversation ends with results, the last of the list alone. `auto`: those that the user's text asks for, unless the conversation ends with results: then it answers in text.
 */
function toCall(request: ChatRequest): Candidate[] {
  const { mode, tools } = choiceOf(request);
  const isLegacy = request.functions !== undefined && request.functions !== null;
  const most = request.parallel_tool_calls === false || isLegacy ? 1 : 2;
  if (mode === 'none') return [];
  const last = request.messages.at(-1)?.role;
  const answered = last === 'tool' || last === 'function';
  if (mode === 'required') return forced(tools, { answered, most });
  if (answered) return [];
  return tools.filter(asksFor(askedBy(request).text)).slice(0, most);
}

interface Choice {
  readonly mode: string;
  readonly tools: readonly Candidate[];
}

function choiceOf({ tools, tool_choice: choice, functions, function_call: called }: ChatRequest): Choice {
  const candidates = [
    ...(tools ?? []).map(candidate),
    ...(functions ?? []).map((tool) => candidate({ type: 'function', function: tool })),
  ];
  const wanted = choice ?? called ?? 'auto';
  if (typeof wanted === 'string') return { mode: wanted, tools: candidates };
  const only = (names: readonly string[]) => candidates.filter(({ name }) => names.includes(name));
  if ('allowed_tools' in wanted && wanted.allowed_tools !== undefined)
    return { mode: wanted.allowed_tools.mode, tools: only(wanted.allowed_tools.tools.map(nameOf)) };
  return { mode: 'required', tools: only(['name' in wanted ? wanted.name : nameOf(wanted)]) };
}

function candidate(tool: Tool): Candidate {
  const { name, description, parameters } = { ...tool.custom, ...tool.function, name: nameOf(tool) };
  return {
    name,
    isCustom: tool.type === 'custom',
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
  };
}

function callOf({ name, parameters, isCustom }: Candidate, { request }: Question): Block {
  const words = topics(askedBy(request).text);
  const input = isCustom ? words.join(' ') : JSON.stringify(asObject(sample(parameters, words)) ?? {});
  return { kind: 'call', id: `call_${newId(24)}`, name, input };
}

function textBlock({ request, chance }: Question): Block {
  const asked = askedBy(request);
  const { type, json_schema: schema } = request.response_format ?? { type: 'text' };
  if (type === 'json_schema') return { kind: 'text', text: JSON.stringify(sample(schema?.schema, topics(asked.text))) };
  const text = answerText(asked, chance);
  return { kind: 'text', text: type === 'json_object' ? JSON.stringify({ answer: text, complete: true }) : text };
}

/** What the user's last turn asks, and the results that have come since. */
function askedBy({ messages }: ChatRequest): UserTurn {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const user = messages[last];
  const parts = user === undefined ? [] : partsOf(user);
  const results = messages.slice(last + 1).filter(({ role }) => role === 'tool' || role === 'function');
  return {
    text: user === undefined ? '' : textOf(user).trim(),
    results: results.map(textOf),
    images: parts.filter(({ type }) => type === 'image_url').length,
    documents: parts.filter(({ type }) => type === 'file').map(({ file }) => file?.filename ?? 'file'),
  };
}
