import type { Bedrock, OpenAi, SageMaker } from './options.ts';

/** What a client needs to know. */
export interface Announcement {
  readonly baseUrl: string;
  /** Null when the caller's own key is needed. */
  readonly apiKey: string | null;
  /** Takes text, images, documents, tools with every tool choice, and JSON schemas. */
  readonly model: string;
  /** Always answers 429; null when Bedrock is the real one. */
  readonly throttledModel: string | null;
  readonly embeddingModel: string;
  /** What the stack pays: null where nobody is known whom it would pay for. */
  readonly openaiModel: string | null;
  readonly sagemakerModel: string | null;
  readonly models: readonly string[];
}

/** What the text says beyond it. */
export interface Surroundings {
  readonly stack: string;
  readonly bedrock: Bedrock;
  readonly openai: OpenAi;
  readonly sagemaker: SageMaker;
  /** What clients of AWS call the endpoint. */
  readonly awsUrl: string;
}

const WIDTH = 100;

/** One line for programs. */
export function asJson(announcement: Announcement): string {
  const { baseUrl, apiKey, model, throttledModel, embeddingModel, openaiModel, sagemakerModel, models } = announcement;
  const line = { baseUrl, apiKey, model, throttledModel, embeddingModel, openaiModel, sagemakerModel, models };
  return `${JSON.stringify(line)}\n`;
}

const SIMULATOR = 'an embedded simulator (nothing leaves this machine)';

const places: Readonly<Record<Bedrock['kind'], string>> = {
  simulator: SIMULATOR,
  aws: 'AWS, where every call costs whoever owns the key',
  url: '',
};

/** The same for people, with a line that can be pasted. */
export function asText(
  announcement: Announcement,
  { stack, bedrock, openai, sagemaker, awsUrl }: Surroundings,
): string {
  const { baseUrl, apiKey, model, models } = announcement;
  const key = apiKey ?? '$AWS_BEARER_TOKEN_BEDROCK';
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  const demos = demoNames(announcement);
  const others = models.filter((name) => !demos.has(name));
  return `
The stack '${stack}' is being served; stop it with Ctrl-C.

  Base URL   ${baseUrl}
  AWS URL    ${awsUrl} (what AWS's own clients call the endpoint)
  API key    ${apiKey ?? 'your own Bedrock API key, here taken from AWS_BEARER_TOKEN_BEDROCK'}
  Bedrock    ${bedrock.kind === 'url' ? bedrock.url : places[bedrock.kind]}
  OpenAI     ${openai.kind === 'url' ? openai.url : SIMULATOR}
  SageMaker  ${sagemaker.kind === 'url' ? sagemaker.url : SIMULATOR}
  Models     ${wrapped([...demos].map(([name, what]) => `${name} (${what})`))},
             ${wrapped(others)}

Try it:

  curl ${baseUrl}/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H 'Content-Type: application/json' \\
    -d '${body}'

`;
}

/** The names that show something, with what. */
function demoNames(announcement: Announcement): Map<string, string> {
  const { model, throttledModel, embeddingModel, openaiModel, sagemakerModel } = announcement;
  const all: (readonly [name: string | null, what: string])[] = [
    [model, 'Bedrock'],
    [throttledModel, 'always throttled'],
    [embeddingModel, 'embeddings of Bedrock'],
    [openaiModel, 'OpenAI'],
    [sagemakerModel, 'SageMaker'],
  ];
  return new Map(all.flatMap(([name, what]) => (name === null ? [] : [[name, what] as const])));
}

/** Names in lines of their own, a few to each. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [''];
  for (const name of names) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length < WIDTH) lines[lines.length - 1] = last === '' ? name : `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.join(`,\n${' '.repeat(13)}`);
}
