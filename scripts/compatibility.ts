import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storageDisposition, storageReasons } from '../function/storage/disposition.ts';
import {
  messagesBlocks,
  messagesFields,
  messagesSources,
  messagesTools,
} from '../function/translate/anthropic/disposition.ts';
import { disposition as chat, reasons as chatReasons } from '../function/translate/chat/disposition.ts';
import {
  disposition as completions,
  reasons as completionsReasons,
} from '../function/translate/completions/disposition.ts';
import { disposition as converse } from '../function/translate/converse/disposition.ts';
import {
  disposition as embeddings,
  reasons as embeddingsReasons,
} from '../function/translate/embeddings/disposition.ts';
import { inputTokensDisposition, inputTokensReasons } from '../function/translate/responses/input-tokens.ts';
import {
  disposition as responses,
  itemDisposition,
  itemReasons,
  reasons as responsesReasons,
  toolDisposition,
  toolReasons,
} from '../function/translate/responses/disposition.ts';
import { proofsByRule, type Proof } from './compatibility-proofs.ts';
import { rules, topics, type Topic } from './compatibility-rules.ts';

/** The generated compatibility pages, and the rules without a proof. */
export interface Pages {
  /** The text of each page by its path below docs/. */
  readonly texts: ReadonlyMap<string, string>;
  /** Rules that no golden pair and no test names. */
  readonly unproved: readonly number[];
}

/** The folder below docs/ that holds only generated pages. */
export const folder = 'compatibility';

/** The pages on compatibility: an index, the fields of each request, the rules of each topic. */
export function compatibility(root: string): Pages {
  const proofs = proofsByRule(root);
  const texts = new Map([
    ['compatibility.md', index()],
    ...requests.map((request): [string, string] => [`${folder}/${request.page}.md`, requestPage(request)]),
    ...topics.map((topic): [string, string] => [`${folder}/${topic.page}.md`, topicPage(topic, proofs)]),
  ]);
  return { texts, unproved: [...rules.keys()].filter((rule) => !proofs.has(rule)) };
}

interface Row {
  /** The title of the section that the row stands in; absent where the field tells. */
  readonly section?: string;
  readonly field: string;
  readonly disposition: string;
  readonly reason: string;
}

/** The page of one kind of request. */
interface Request {
  readonly page: string;
  readonly title: string;
  readonly intro: string;
  readonly rows: readonly Row[];
}

const requests: readonly Request[] = [
  {
    page: 'chat-completions',
    title: 'Chat Completions request fields',
    intro: `How each field of a Chat Completions request is treated when it is served through Converse. \`openai:\` targets, and models that Bedrock
itself serves through Chat Completions, get the fields unchanged.`,
    rows: rowsOf(chat, chatReasons),
  },
  {
    page: 'responses',
    title: 'Responses request fields',
    intro: `How each field of a Responses request, each item of its input and each tool is treated when it is served through Converse, and through
the Chat Completions of other servers. See [responses.md](../responses.md).`,
    rows: [
      ...titled('Fields', rowsOf(responses, responsesReasons)),
      ...titled('Items of `input`, by their type', rowsOf(itemDisposition, itemReasons)),
      ...titled('Tools, by their type', rowsOf(toolDisposition, toolReasons)),
      ...titled('`POST /v1/responses/input_tokens`', rowsOf(inputTokensDisposition, inputTokensReasons)),
    ],
  },
  {
    page: 'anthropic-messages',
    title: 'Messages request fields',
    intro: `How each field of a request of Anthropic's Messages is treated where the stack pays for the call: the body is written anew with the fields
that are mapped. With a caller's own Bedrock key, the body is passed on as it is, but for the model's name and edits of \`context_management\` that
Bedrock does not have, and Bedrock judges it. See [api.md](../api.md#anthropics-messages).`,
    rows: [
      ...titled('Fields', pairRows(messagesFields)),
      ...titled('Content blocks, by their type', pairRows(messagesBlocks)),
      ...titled('Sources of images and documents, by their type', pairRows(messagesSources)),
      ...titled('Tools, by their type', pairRows(messagesTools)),
    ],
  },
  {
    page: 'completions',
    title: 'Completions request fields',
    intro: `How each field of a legacy Completions request is treated when it is served through Converse. Bedrock's models are chat models, so a prompt
is sent as one user message. The model replies to the text and does not always continue it.`,
    rows: rowsOf(completions, completionsReasons),
  },
  {
    page: 'embeddings',
    title: 'Embeddings request fields',
    intro: `How each field of an embeddings request is treated when a Bedrock model serves it. Embedding models are called through InvokeModel, each
family in its own format.`,
    rows: rowsOf(embeddings, embeddingsReasons),
  },
  {
    page: 'converse',
    title: 'Converse request fields',
    intro: `How each field of a Converse request is treated when an OpenAI-compatible server or SageMaker serves it. Bedrock models get the request
unchanged. A refused field results in a \`ValidationException\` that names it. A shape that occurs in several places is listed once.`,
    rows: pairRows(converse),
  },
  {
    page: 'files',
    title: 'Files and Uploads request fields',
    intro: `How each field of a request for files and uploads is treated. The stack's own storage serves them; see [files.md](../files.md).`,
    rows: [
      ...storageRows('POST /v1/files', 'createFile'),
      ...storageRows('GET /v1/files', 'listFiles'),
      ...storageRows('POST /v1/uploads', 'createUpload'),
      ...storageRows('POST /v1/uploads/{upload_id}/parts', 'addPart'),
      ...storageRows('POST /v1/uploads/{upload_id}/complete', 'completeUpload'),
    ],
  },
];

function storageRows(operation: string, name: keyof typeof storageReasons): Row[] {
  return titled(`\`${operation}\``, rowsOf(storageDisposition[name], storageReasons[name]));
}

function pairRows(pairs: Readonly<Record<string, readonly [disposition: string, reason: string]>>): Row[] {
  return Object.entries(pairs).map(([field, [disposition, reason]]) => ({ field, disposition, reason }));
}

function titled(title: string, rows: readonly Row[]): Row[] {
  return rows.map((row) => Object.assign(row, { section: title }));
}

function rowsOf(disposition: Readonly<Record<string, string>>, reasons: Readonly<Record<string, string>>): Row[] {
  return Object.entries(reasons).map(([field, reason]) => ({ field, disposition: disposition[field] ?? '', reason }));
}

const generated = 'Generated by `node scripts/compatibility.ts`; a test fails if it is out of date.';

function index(): string {
  return `# Compatibility

${generated}

Every request field has one declared treatment. The compiler checks the list against the API's schema, so no field can be missed.

${legend}
## Requests

${requests.map(({ page, title }) => `- [${title}](${folder}/${page}.md)`).join('\n')}

What each model family supports is in [features.md](features.md).

## Rules

These rules cover cases that converters between the OpenAI and Bedrock APIs are known to get wrong. Each rule states what the gateway does
and lists the golden pairs and tests that prove it. A rule without proof fails the build.

| page | rules |
| --- | --- |
${topics.map(({ page, title, rules: own }) => `| [${title}](${folder}/${page}.md) | ${own.map(([rule]) => `[${rule}](${folder}/${page}.md#rule-${rule})`).join(', ')} |`).join('\n')}
`;
}

const legend = `- **mapped**: the target's API has this field or an equivalent.
- **emulated**: the target's API has no equivalent; the gateway implements it.
- **ignored**: the field only tunes the answer. If it has an effective value, \`x-gateway-ignored\` names it.
- **refused**: without the field, the answer would have a different meaning. The request is a 400 that names it.
`;

const back = '[All pages](../compatibility.md)';

function requestPage({ title, intro, rows }: Request): string {
  const sections = Map.groupBy(rows, (row) => row.section ?? section(row.field, rows));
  const tables = [...sections].map(([name, own]) => (name === undefined ? '' : `## ${name}\n\n`) + table(own));
  return `# ${title}\n\n${back}. ${generated}\n\n${intro}\n\n${legend}\n${tables.join('\n')}`;
}

/** The section that a field stands in: its first part where the request has many nested fields, else none. */
function section(field: string, rows: readonly Row[]): string | undefined {
  if (!rows.some((row) => row.field.includes('.'))) return undefined;
  const [first = '', second, third] = field.split('.');
  const nested = (parent: string) => rows.some((row) => row.field.startsWith(`${parent}.`));
  if (!nested(first)) return 'Other fields';
  const block = `${first}.content.${third}`;
  return second === 'content' && nested(block) ? `\`${block}\`` : `\`${first}\``;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ field, disposition, reason }) => `| \`${field}\` | ${disposition} | ${cell(reason)} |`);
  return ['| field | treatment | details |', '| --- | --- | --- |', ...lines, ''].join('\n');
}

function topicPage(topic: Topic, proofs: ReadonlyMap<number, readonly Proof[]>): string {
  const sections = topic.rules.map(
    ([rule, text]) => `## Rule ${rule}\n\n${text}\n\n${proofList(proofs.get(rule) ?? [])}`,
  );
  return `# ${topic.title}\n\n${back}. ${generated}\n\n${sections.join('\n')}`;
}

function proofList(proofs: readonly Proof[]): string {
  const lines = proofs.map(({ name, file }) => `- [${bracketed(name)}](../../${file})`);
  return `<details><summary>${counts(proofs)}</summary>\n\n${lines.join('\n')}\n\n</details>\n`;
}

/** How many proofs there are of each kind, as in "3 golden pairs, 1 test". */
function counts(proofs: readonly Proof[]): string {
  return [...Map.groupBy(proofs, ({ kind }) => kind)]
    .map(([kind, { length }]) => `${length} ${kind}${length === 1 ? '' : 's'}`)
    .join(', ');
}

/** Text inside the brackets of a link. */
function bracketed(text: string): string {
  return text.replaceAll(/[[\]<>]/g, String.raw`\$&`).replaceAll('\n', ' ');
}

/** Text that stays within its cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}

if (process.argv[1] === import.meta.filename) {
  const docs = path.join(path.dirname(import.meta.dirname), 'docs');
  const { texts, unproved } = compatibility(path.dirname(docs));
  mkdirSync(path.join(docs, folder), { recursive: true });
  for (const name of readdirSync(path.join(docs, folder))) rmSync(path.join(docs, folder, name));
  for (const [name, text] of texts) writeFileSync(path.join(docs, name), text);
  if (unproved.length > 0) {
    console.error(`No golden pair and no test names rule ${unproved.join(', ')}.`);
    process.exitCode = 1;
  }
}
