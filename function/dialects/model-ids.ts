/** Provider names that Bedrock's model ids start with (AWS's list of foundation models, November 2026). */
const providers: readonly string[] = [
  'ai21',
  'amazon',
  'anthropic',
  'cohere',
  'deepseek',
  'google',
  'luma',
  'meta',
  'minimax',
  'mistral',
  'moonshot',
  'moonshotai',
  'nvidia',
  'openai',
  'qwen',
  'stability',
  'twelvelabs',
  'writer',
  'xai',
  'zai',
];

/**
 * The prefix of a system-defined inference profile: any one word before a known provider (`us-gov` has a hyphen), since AWS adds
 * geographies; before an unknown provider, a known geography.
 */
const prefix = `(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*\\.(?=(?:${providers.join('|')})\\.)|(?:[a-z]{2}|us-gov|amer|apac|global)\\.(?=[a-z0-9]+\\.))`;

const profilePrefix = new RegExp(`^${prefix}`);

/** A provider's name has no hyphen, and a letter follows its dot: `gpt-4.1`, `claude-3.5-sonnet` and `llama3.1` are not ids. */
const ownId = new RegExp(`^${prefix}?[a-z][a-z0-9]*\\.[a-z][a-z0-9._-]*(?::[a-z0-9]+)*$`);

/**
 * Whether a text has the form of Bedrock's id of a model or a profile, such as `anthropic.claude-sonnet-5` or `us.amazon.nova-pro-v1:0`.
 * Ids are lower case, so a model has only one spelling.
 */
export function isOwnId(text: string): boolean {
  return ownId.test(text);
}

/** The id of the model behind a profile id; any other id is returned unchanged. */
export function foundationId(id: string): string {
  return id.replace(profilePrefix, '');
}

/** Regions in which a geography's profiles can be called, by prefix (AWS's list of inference profiles). */
const geographies: ReadonlyMap<string, RegExp> = new Map([
  ['amer', /^(?:us-(?!gov-)|ca-|mx-|sa-)/],
  ['apac', /^ap-/],
  ['au', /^ap-southeast-[246]$/],
  ['ca', /^ca-/],
  ['eu', /^eu-/],
  ['jp', /^ap-northeast-[13]$/],
  ['us', /^us-(?!gov-)/],
  ['us-gov', /^us-gov-/],
]);

/** Whether a model or profile id can be called in a region, by its prefix; true for prefixes that only Bedrock knows. */
export function mayBeIn(id: string, region: string): boolean {
  const word = profilePrefix.exec(id)?.[0].slice(0, -1);
  return word === undefined || (geographies.get(word)?.test(region) ?? true);
}

/** Ids of bedrock-mantle, Bedrock's other endpoint, whose models have another id on bedrock-runtime. */
const runtimeIds: ReadonlyMap<string, string> = new Map([
  ['deepseek.v3.1', 'deepseek.v3-v1:0'],
  ['moonshotai.kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
  ['openai.gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
  ['openai.gpt-oss-20b', 'openai.gpt-oss-20b-1:0'],
  ['qwen.qwen3-235b-a22b-2507', 'qwen.qwen3-235b-a22b-2507-v1:0'],
  ['qwen.qwen3-32b', 'qwen.qwen3-32b-v1:0'],
  ['qwen.qwen3-coder-30b-a3b-instruct', 'qwen.qwen3-coder-30b-a3b-v1:0'],
  ['qwen.qwen3-coder-480b-a35b-instruct', 'qwen.qwen3-coder-480b-a35b-v1:0'],
]);

/** The id on bedrock-runtime of a model that was named by its id on bedrock-mantle; any other id is returned unchanged. */
export function runtimeId(id: string): string {
  const base = foundationId(id);
  const known = runtimeIds.get(base);
  return known === undefined ? id : id.slice(0, id.length - base.length) + known;
}

/** Whether an ARN does not show the model behind it, so that only a configured family can tell. */
export function isOpaque(model: string): boolean {
  return model.startsWith('arn:') && !/^[^/]*:(foundation-model|inference-profile)\//.test(model);
}

/** Whether a model is the ARN of an application inference profile. Bedrock's control plane tells the model behind it. */
export function isApplicationProfile(model: string): boolean {
  return /^arn:[^:]+:bedrock:[^:]*:[^:]*:application-inference-profile\//.test(model);
}
