import type { Bedrock } from './options.ts';

/** What a client needs to know. */
export interface Announcement {
  readonly baseUrl: string;
  /** Null when the caller's own key is needed. */
  readonly apiKey: string | null;
  /** Takes text, images, documents, tools with every tool choice, and JSON schemas. */
  readonly model: string;
  /** Always answers 429; null when Bedrock is the real one. */
  readonly throttledModel: string | null;
  readonly models: readonly string[];
}

const WIDTH = 100;

/** One line for programs. */
export function asJson({ baseUrl, apiKey, model, throttledModel, models }: Announcement): string {
  return `${JSON.stringify({ baseUrl, apiKey, model, throttledModel, models })}\n`;
}

const places: Readonly<Record<Bedrock['kind'], string>> = {
  simulator: 'the embedded simulator (nothing leaves this machine)',
  aws: 'AWS, where every call costs whoever owns the key',
  url: '',
};

/** The same for people, with a line that can be pasted. */
export function asText(announcement: Announcement, { stack, bedrock }: { stack: string; bedrock: Bedrock }): string {
  const { baseUrl, apiKey, model, throttledModel, models } = announcement;
  const key = apiKey ?? '$AWS_BEARER_TOKEN_BEDROCK';
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] });
  return `
The stack '${stack}' is being served; stop it with Ctrl-C.

  Base URL  ${baseUrl}
  API key   ${apiKey ?? 'your own Bedrock API key, here taken from AWS_BEARER_TOKEN_BEDROCK'}
  Bedrock   ${bedrock.kind === 'url' ? bedrock.url : places[bedrock.kind]}
  Models    ${model}${throttledModel === null ? '' : `, ${throttledModel} (always throttled)`}
            ${wrapped(models.filter((name) => name !== model && name !== throttledModel))}

Try it:

  curl ${baseUrl}/chat/completions \\
    -H "Authorization: Bearer ${key}" \\
    -H 'Content-Type: application/json' \\
    -d '${body}'

`;
}

/** Names in lines of their own, a few to each. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [''];
  for (const name of names) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length < WIDTH) lines[lines.length - 1] = last === '' ? name : `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.join(`,\n${' '.repeat(12)}`);
}
