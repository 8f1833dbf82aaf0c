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
  /** The certificate authority of this start, alone and together with the public ones (PEM): null without --https. */
  readonly caFile: string | null;
  readonly caBundleFile: string | null;
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
  const { caFile, caBundleFile } = announcement;
  const names = { model, throttledModel, embeddingModel, openaiModel, sagemakerModel, models };
  const line = { baseUrl, apiKey, ...names, caFile, caBundleFile };
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
  const trust = trustOf(announcement);
  return `
The stack '${stack}' is being served; stop it with Ctrl-C.

  Base URL   ${baseUrl}
  AWS URL    ${awsUrl} (what AWS's own clients call the endpoint${trust ? '' : '; boto3 1.44 or newer needs --https'})
  API key    ${apiKey ?? 'your own Bedrock API key, here taken from AWS_BEARER_TOKEN_BEDROCK'}
  Bedrock    ${bedrock.kind === 'url' ? bedrock.url : places[bedrock.kind]}
  OpenAI     ${openai.kind === 'url' ? openai.url : SIMULATOR}
  SageMaker  ${sagemaker.kind === 'url' ? sagemaker.url : SIMULATOR}
  Models     ${wrapped([...demos].map(([name, what]) => `${name} (${what})`))},
             ${wrapped(others)}

Try it:

  curl ${trust?.curlFlag ?? ''}${baseUrl}/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H 'Content-Type: application/json' \\
    -d '${body}'
${trust?.exports ?? ''}
`;
}

/** What makes clients trust the certificate; undefined without --https. */
function trustOf({ caFile, caBundleFile }: Announcement): { curlFlag: string; exports: string } | undefined {
  if (caFile === null || caBundleFile === null) return undefined;
  const [authority, bundle] = [inShell(caFile), inShell(caBundleFile)];
  const exports = `
Clients must trust the certificate of this start. In their shell, for Node.js, for AWS's clients in Python, and for other
clients in Python:

  export NODE_EXTRA_CA_CERTS=${authority}
  export AWS_CA_BUNDLE=${bundle}
  export SSL_CERT_FILE=${bundle}
`;
  return { curlFlag: `--cacert ${authority} `, exports };
}

/** A word of a shell's command line. */
function inShell(word: string): string {
  return /^[\w/.:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
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
