import type { Chance } from '../../common/chance.ts';
import { asObject } from '../../../json.ts';
import type { Block } from '../../common/limit.ts';
import { answerText, thoughtText } from '../../common/prose.ts';
import { sample } from '../../common/sample.ts';
import { asksFor, forced, topics } from '../../common/tools.ts';
import type { Target } from '../resolve.ts';
import { redact, sign } from '../signature.ts';
import { isThinking, thinkingOf } from '../thinking.ts';
import type { ConverseRequest, ToolSpec } from '../wire.ts';
import { askedBy, lastUserText } from './asked.ts';

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

function thoughts({ request, target: { family, region }, chance, hidesThoughts }: Question): Block[] {
  if (!isThinking(request, family)) return [];
  const text = thoughtText(chance);
  if (family.reasoning === 'redacted') return [{ kind: 'redacted', content: redact(text, region) }];
  if (hidesThoughts && family.reasoning === 'signed') return [{ kind: 'redacted', content: redact(text) }];
  if (family.reasoning === 'hidden') return [{ kind: 'thought', text: '[REDACTED]' }];
  if (family.omitsThoughts && thinkingOf(request)?.['display'] !== 'summarized')
    return [{ kind: 'thought', text: '', signature: sign('') }];
  return [{ kind: 'thought', text, ...(family.reasoning === 'signed' && { signature: sign(text) }) }];
}

/**
 * Which tools the model calls. A named one: that one. `any`: the first two, or one where parallel calls are off; where the turn
 * brings results, the last of the list alone. `auto`: those whose name or description shares a word with the user's text, unless
 * that turn brings results: then it answers in text.
 */
function toolsToCall({ request }: Question): ToolSpec[] {
  const { tools = [], toolChoice } = request.toolConfig ?? {};
  const specs = tools.map(({ toolSpec }) => toolSpec).filter((spec) => spec !== undefined);
  const native = asObject(asObject(request.additionalModelRequestFields)?.['tool_choice']);
  const most = native?.['disable_parallel_tool_use'] === true ? 1 : 2;
  const named = toolChoice?.tool?.name ?? (native?.['type'] === 'tool' ? native['name'] : undefined);
  if (named !== undefined) return specs.filter(({ name }) => name === named);
  const answered = request.messages?.at(-1)?.content.some(({ toolResult }) => toolResult !== undefined) === true;
  if (toolChoice?.any !== undefined || native?.['type'] === 'any') return forced(specs, { answered, most });
  if (answered) return [];
  return specs.filter(asksFor(lastUserText(request))).slice(0, most);
}

function callOf(spec: ToolSpec, { request, target, chance }: Question): Block {
  // Mistral knows nine characters; everybody else Bedrock's own shape.
  const id = target.family.toolIds === undefined ? `tooluse_${chance.id(22)}` : chance.id(9);
  const input = sample(spec.inputSchema.json, topics(lastUserText(request)));
  return { kind: 'call', id, name: spec.name, input: JSON.stringify(asObject(input) ?? {}) };
}

function textOf({ request, chance }: Question): Block {
  const schema = request.outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (schema !== undefined)
    return { kind: 'text', text: JSON.stringify(sample(JSON.parse(schema), topics(lastUserText(request)))) };
  const text = answerText(askedBy(request), chance);
  return { kind: 'text', text: wantsJson(request) ? JSON.stringify({ answer: text, complete: true }) : text };
}

function wantsJson(request: ConverseRequest): boolean {
  const system = (request.system ?? []).map(({ text }) => text ?? '').join(' ');
  return /\bJSON\b/i.test(`${system} ${lastUserText(request)}`);
}
