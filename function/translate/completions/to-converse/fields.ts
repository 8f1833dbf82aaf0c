import type { CompletionsRequest } from '../../../dialects/completions.gen.ts';
import { invalid, unsupported } from '../../chat/to-converse/refusal.ts';
import { asksNothing, disposition } from '../disposition.ts';

/** The messages for fields that cannot be ignored, because the text would mean something else. */
const refusals: Readonly<Partial<Record<keyof CompletionsRequest, string>>> = {
  logprobs: "Unsupported parameter: 'logprobs' is not supported with this model.",
  suffix: "Unsupported parameter: 'suffix' is not supported with this model: it cannot write what goes before a text.",
};

/** The names of the fields that are ignored. Throws the 400 for those that must not be. */
export function ignoredFields(request: CompletionsRequest): string[] {
  const chosen = isChosenFrom(request);
  // Converse's least is 1; OpenAI takes 0 for the sake of a prompt's log probabilities, which are refused.
  if (request.max_tokens === 0)
    throw invalid(
      'max_tokens',
      "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
      'integer_below_min_value',
    );
  return Object.entries(request)
    .filter(([name, value]) => isIgnored(name, value) && (name !== 'best_of' || chosen))
    .map(([name]) => name);
}

function isIgnored(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (!isField(name)) return true;
  const how = disposition[name];
  if (how !== 'ignored' && how !== 'refused') return false;
  if (asksNothing[name]?.(value) === true) return false;
  const refusal = refusals[name];
  if (refusal !== undefined) throw unsupported(name, refusal);
  return true;
}

function isField(name: string): name is keyof CompletionsRequest {
  return Object.hasOwn(disposition, name);
}

/** Choosing the best only tunes the answer, and nothing is chosen where as many are wanted as are written. */
function isChosenFrom({ best_of: bestOf, n }: CompletionsRequest): boolean {
  const wanted = n ?? 1;
  if (bestOf === null || bestOf === undefined || bestOf === 1) return false;
  if (bestOf < wanted)
    throw invalid('best_of', `Invalid 'best_of': expected a value >= 'n' (${wanted}), but got ${bestOf} instead.`);
  return bestOf > wanted;
}
