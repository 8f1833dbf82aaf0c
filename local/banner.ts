import { styleText } from 'node:util';
import type { Options } from './options.ts';
import type { Place } from './simulators/index.ts';
import type { Started } from './start.ts';

/** What a client needs to know. */
export interface Announcement {
  readonly baseUrl: string;
  /** Null when the caller's own key is needed. */
  readonly apiKey: string | null;
  /** The first admin key of this start; null for a stack that issues no keys. */
  readonly adminKey: string | null;
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

type BannerOptions = Pick<Options, 'stack' | 'bedrock'>;

/** One line for programs. */
export function asJson(announcement: Announcement): string {
  const { baseUrl, apiKey, model, throttledModel, embeddingModel, openaiModel, sagemakerModel, models } = announcement;
  const { adminKey, caFile, caBundleFile } = announcement;
  const names = { model, throttledModel, embeddingModel, openaiModel, sagemakerModel, models };
  const line = { baseUrl, apiKey, adminKey, ...names, caFile, caBundleFile };
  return `${JSON.stringify(line)}\n`;
}

/** What a person needs, with a command to paste. */
export function asText(started: Started, options: BannerOptions): string {
  const { announcement, awsUrl } = started;
  const { baseUrl, apiKey, adminKey, model } = announcement;
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  const trust = trustOf(announcement);
  return `
Serving the stack '${options.stack}'; stop it with Ctrl-C.

  ${label('Base URL')}${baseUrl}
  ${label('Playground')}${baseUrl.replace(/\/v1$/, '/playground')}  ${faint('chats in a browser on this machine')}
  ${label('AWS URL')}${awsUrl}  ${faint(`the endpoint for AWS's own clients${trust ? '' : '; boto3 1.44 or newer needs --https'}`)}
  ${label('API key')}${apiKey ?? `your own Bedrock API key  ${faint('in these examples from AWS_BEARER_TOKEN_BEDROCK')}`}${adminKey === null ? '' : `\n  ${label('Admin key')}${adminKey}`}
${places(started)}
${table(started, options)}

Try it:

  curl ${trust?.curlFlag ?? ''}${baseUrl}/chat/completions \\
    -H "Authorization: Bearer ${apiKey ?? '$AWS_BEARER_TOKEN_BEDROCK'}" \\
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

/** What a call to the real Bedrock still needs, a line each with how to set it. */
export function missing({ bedrock }: Pick<Options, 'bedrock'>, { region }: Pick<Started, 'region'>): string[] {
  if (bedrock.kind !== 'aws') return [];
  const key =
    'AWS_BEARER_TOKEN_BEDROCK is not set. Make a key in the Bedrock console (API keys), then: export AWS_BEARER_TOKEN_BEDROCK=<key>';
  const where = `no region is set, so Bedrock is called in ${region.name}. To choose one: npm start -- --bedrock aws --region <region>`;
  return [...(bedrock.key === undefined ? [key] : []), ...(region.isChosen ? [] : [where])];
}

/** Bedrock and each other backend that is the target of a name, in the order of the names, and where it is. */
function places({ targets, backends, region }: Started): string {
  const used = new Set(['Bedrock', ...targets.map(({ backend }) => backend)]);
  const shown = [...used].flatMap((name) => backends.filter((backend) => backend.label === name));
  return shown.map(({ label: name, place }) => `  ${label(name)}${placeText(place, region.name)}`).join('\n');
}

function placeText(place: Place, region: string): string {
  if (place.kind === 'url') return place.url;
  if (place.kind === 'aws') return `AWS, ${region}  ${faint("calls cost the key's owner")}`;
  return `simulator  ${faint('nothing leaves this machine')}`;
}

const headings = { name: 'Model', by: 'Answered by', target: 'Target' };

/** The stack's names, with what answers each. */
function table(started: Started, { bedrock }: BannerOptions): string {
  const rows = started.targets.map(({ name, backend, model }) => ({
    name,
    by: backend,
    target: `${model}${remark(name, started)}`,
  }));
  const width = (column: 'name' | 'by'): number =>
    Math.max(...[headings, ...rows].map((row) => row[column].length)) + 2;
  const [names, backends] = [width('name'), width('by')];
  const line = ({ name, by, target }: typeof headings): string =>
    `  ${name.padEnd(names)}${by.padEnd(backends)}${target}`;
  return ['', faint(line(headings)), ...rows.map(line), ...ids(started, bedrock)].join('\n');
}

function remark(name: string, { announcement: { throttledModel } }: Started): string {
  return name === throttledModel ? `  ${faint('always throttled: 429')}` : '';
}

/** What the stack lets through beside its names. */
function ids({ targets, announcement: { models }, passesIds }: Started, { kind }: Options['bedrock']): string[] {
  if (!passesIds) return [];
  const names = new Set(targets.map(({ name }) => name));
  const [example = '', ...others] = models.filter((id) => !names.has(id));
  const which =
    kind === 'aws'
      ? 'every id of Bedrock that your key may use'
      : `${others.length + 1} ids of Bedrock, such as ${example}`;
  return [`  and ${which}; GET /v1/models lists them`];
}

function label(text: string): string {
  return text.padEnd(11);
}

/** Only where standard output is a terminal that has colours, or FORCE_COLOR asks for them. */
function faint(text: string): string {
  return styleText('dim', text, { stream: process.stdout });
}
