import type { Target } from '../catalog/catalog.ts';
import { embeddingFamilyOf } from '../catalog/embedding-families.ts';
import type { DefaultMaxOutput } from '../catalog/family.ts';
import type { Asked } from '../pipeline/meter.ts';
import { countedBody, type CountedBody } from './body.ts';
import { inputTokens } from './input-tokens.ts';
import { isCompletion, outputTokens } from './output-tokens.ts';
import { whole } from './whole.ts';

/** The most that a request can cost, before it is sent. */
export interface Demand {
  /** The key of the catalog that its name leads to; the name itself for one of Bedrock's own ids. */
  readonly model: string;
  readonly operation: 'completions' | 'embeddings';
  /** How often upstream is called at most, without retries: one call for each of `n` choices, or for each part of a list. */
  readonly calls: number;
  /** Tokens of all calls together: an estimate of the input, and the limit of the output. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What may answer, best first. */
  readonly targets: readonly Target[];
}

type Most = Pick<Demand, 'calls' | 'inputTokens' | 'outputTokens'>;

/**
 * Tells what a request can cost at most, by its body and by what its targets do where the body says nothing. The body is read when a
 * number is first asked for: nothing limits most requests.
 */
export function demandOf({ model, countedAs, body, targets: to }: Asked, stacksDefault: DefaultMaxOutput): Demand {
  const targets = to.map(({ target }) => target);
  const operation = countedAs === 'by-model' ? operationOf(targets) : countedAs;
  let read: Most | undefined;
  const most = (): Most => (read ??= mostOf[operation](countedBody(body), targets, stacksDefault));
  return {
    model,
    operation,
    targets,
    get calls() {
      return most().calls;
    },
    get inputTokens() {
      return most().inputTokens;
    },
    get outputTokens() {
      return most().outputTokens;
    },
  };
}

type TellMost = (body: CountedBody, targets: readonly Target[], stacksDefault: DefaultMaxOutput) => Most;

const mostOf: Readonly<Record<Demand['operation'], TellMost>> = {
  embeddings: ({ size, fields }, targets) => ({
    calls: Math.max(...targets.map((target) => embeddingCalls(fields, target))),
    inputTokens: inputTokens(size, fields),
    outputTokens: 0,
  }),
  completions({ size, fields }, targets, stacksDefault) {
    const { choices, prompts } = answersOf(fields);
    return {
      calls: choices * prompts,
      // Each choice is a call with the whole prompt.
      inputTokens: inputTokens(size, fields) * choices,
      outputTokens: outputTokens(fields, targets, stacksDefault) * choices * prompts,
    };
  },
};

/** Only embeddings are asked for by InvokeModel at servers other than Bedrock. */
function operationOf(targets: readonly Target[]): Demand['operation'] {
  return targets.every((target) => target.backend !== 'bedrock' || familyAt(target) !== undefined)
    ? 'embeddings'
    : 'completions';
}

function familyAt({ family, model }: Target): ReturnType<typeof embeddingFamilyOf> {
  return embeddingFamilyOf(family ?? model);
}

/** A list of texts is sent in parts where the model takes only so many at once; servers of embeddings take it whole. */
function embeddingCalls({ input }: CountedBody['fields'], target: Target): number {
  const family = familyAt(target);
  return family === undefined ? 1 : Math.ceil(lengthOf(input) / family.batch);
}

/** How many answers are written: each prompt has `n`, or as many as the best of which is chosen. */
function answersOf(fields: CountedBody['fields']): { readonly choices: number; readonly prompts: number } {
  const { n, best_of: bestOf, prompt } = fields;
  const choices = Math.max(1, whole(n) ?? 1, whole(bestOf) ?? 1);
  return { choices, prompts: isCompletion(fields) ? lengthOf(prompt) : 1 };
}

/** How many texts an input is: a list of tokens is one. */
function lengthOf(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? Math.max(input.length, 1) : 1;
}
