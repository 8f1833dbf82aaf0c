import { codeOf, fieldsOf, isFields, refusalText } from './answers.ts';
import { failed, ok, skipped, type Check } from './check.ts';
import { exchange, type Answer } from './exchange.ts';

/** What is needed to ask for models. */
export interface ModelsTarget {
  readonly baseUrl: string;
  readonly key: string;
  /** Where the key was found, for messages. */
  readonly keySource: string;
}

/** Judges how the list of models answered the key. */
export function judgeKey(answer: Answer, { keySource }: Pick<ModelsTarget, 'keySource'>): Check {
  if (answer.status === 200 && listed(answer) !== undefined) return ok('key', `the key from ${keySource} is accepted`);
  const fix =
    answer.status === 401
      ? 'It may have expired, been deleted, or belong to another stack or account. Short-term Bedrock keys last at most 12 hours: docs/bedrock-keys.md'
      : 'docs/troubleshooting.md explains the message.';
  return failed('key', `the key from ${keySource} is refused (${refusalText(answer)})`, fix);
}

/** The names in a list of models; undefined for what is no such list. */
export function listed(answer: Pick<Answer, 'text'>): readonly string[] | undefined {
  const { data } = fieldsOf(answer);
  if (!Array.isArray(data)) return undefined;
  return data.filter(isFields).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

/** Judges whether the list of models has the names that the config or the command line has. */
export function judgeList(names: readonly string[], wanted: readonly string[]): Check {
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0)
    return failed(
      'models',
      `the list of this key lacks ${missing.join(', ')}`,
      'The key may not use the targets of these names. A Bedrock key pays for Bedrock models only, so openai: and sagemaker: targets need a registered caller or a key of the stack; its project or its models list may leave them out. If the config is newer than the stack: npx pulumi up',
    );
  if (names.length === 0)
    return failed(
      'models',
      'the list of this key is empty',
      'Map names in the config (models), or allow the key to list Bedrock models: docs/bedrock-keys.md',
    );
  const found = wanted.length === 0 ? '' : `, with ${wanted.join(', ')}`;
  return ok('models', `${names.length} for this key${found}`);
}

/** Names of models that answer no chats, by the words that vendors use in them. */
const notForChats = /embed|rerank|image|canvas|reel|sonic|stable-|stability|upscale/i;

/** The models to try a stream with, the most likely first. */
export function chatCandidates(wanted: readonly string[], names: readonly string[]): readonly string[] {
  const usable = names.filter((name) => !notForChats.test(name));
  return [...new Set([...wanted.filter((name) => usable.includes(name)), ...usable])];
}

/** What a model may be asked, in this order: a model for one kind of request refuses the others. */
const kinds = [
  { path: '/chat/completions', answers: 'chats', body: { max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] } },
  { path: '/completions', answers: 'completions', body: { max_tokens: 1, prompt: 'Hi' } },
  { path: '/embeddings', answers: 'embeddings', body: { input: 'Hi' } },
];

/** Statuses that another kind of request would not change. */
const final: ReadonlySet<number> = new Set([401, 403, 429]);

/** Calls a model for one token. One that refuses to chat is asked for a completion and an embedding. */
export async function checkModel(model: string, target: ModelsTarget): Promise<Check> {
  const name = `model ${model}`;
  try {
    const answers: Answer[] = [];
    for (const { path, answers: what, body } of kinds) {
      const answer = await exchange({
        method: 'POST',
        url: `${target.baseUrl}${path}`,
        key: target.key,
        body: { model, ...body },
      });
      if (answer.status === 200) return ok(name, `answers ${what}`);
      answers.push(answer);
      if (final.has(answer.status)) break;
    }
    const told = answers.find(({ status }) => final.has(status)) ?? answers[0];
    return failed(name, told === undefined ? 'no answer' : refusalText(told), fixOf(told?.status ?? 502));
  } catch (error) {
    return failed(name, `the connection broke (${codeOf(error)})`, fixOf(502));
  }
}

/** The check of models that were not called, since nobody asked for it. */
export function notCalled(): Check {
  return skipped('calls', 'no model was called for proof, which is billed: --call-models');
}

const fixes: ReadonlyMap<number, string> = new Map([
  [
    403,
    "The key's account or project may not call it. On Bedrock: the key's policy, and the model's terms in the Bedrock console.",
  ],
  [404, 'Bedrock does not have it in this region, or it is not mapped: docs/deploying.md#models'],
  [429, 'Its quota is used up, or is zero in a new account: Service Quotas, Amazon Bedrock.'],
]);

function fixOf(status: number): string {
  return fixes.get(status) ?? 'docs/troubleshooting.md explains the message.';
}
