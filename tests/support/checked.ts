import { conforms, type SchemaKind } from '../schemas/conforms.ts';

/** The data of each server-sent event: JSON where it is, `[DONE]` as text; comments are left out. */
export function events(text: string): unknown[] {
  const data = text.split('\n\n').flatMap((event) => event.match(/^data: .*$/m) ?? []);
  return data.map((event) => (event === 'data: [DONE]' ? '[DONE]' : JSON.parse(event.slice('data: '.length))));
}

/** What was asked of the gateway: a method and a path without its query. */
interface Asked {
  readonly method: string;
  readonly path: string;
}

/** What came back. */
interface Told {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** What is wrong with an answer of the gateway: its JSON or each of its events, against the generated schemas. */
export function problems({ method, path }: Asked, { status, contentType, text }: Told): string[] {
  if (contentType.startsWith('text/event-stream')) {
    return path.endsWith('/responses') ? responsesProblems(text) : chunkProblems(path, text);
  }
  if (method === 'HEAD') return text === '' ? [] : ['an answer to HEAD has a body'];
  if (!contentType.startsWith('application/json') || path.endsWith('/health')) return [];
  return conforms(status === 200 ? replyKind(method, path) : 'error', JSON.parse(text));
}

function chunkProblems(path: string, text: string): string[] {
  const chunk = path.endsWith('/chat/completions') ? 'chat-chunk' : 'completions-chunk';
  return events(text).flatMap((event) => eventProblems(event, chunk));
}

/** Each event of a response against its schema, its name against its type, and the numbers of all. */
function responsesProblems(text: string): string[] {
  const all = text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
  const wrong = all.flatMap((event, at) => {
    if (event === 'data: [DONE]') return at === all.length - 1 ? [] : ['something follows [DONE]'];
    const [, name, data = ''] = /^event: (\S+)\ndata: (.+)$/.exec(event) ?? [];
    const { type, sequence_number: number } = JSON.parse(data) as { type: string; sequence_number: number };
    const misplaced = type === name && number === at ? [] : [`event ${at} is called ${name} and numbered ${number}`];
    return [...misplaced, ...conforms('responses-event', JSON.parse(data))];
  });
  return all.at(-1) === 'data: [DONE]' ? wrong : [...wrong, 'the stream does not end with [DONE]'];
}

function eventProblems(event: unknown, chunk: SchemaKind): string[] {
  if (event === '[DONE]') return [];
  const isError = typeof event === 'object' && event !== null && 'error' in event;
  return conforms(isError ? 'error' : chunk, event);
}

/** Replies of the administration API, by method and path below `/v1/organization`. */
const organizationKinds: readonly (readonly [RegExp, SchemaKind])[] = [
  [/^GET \/projects$/, 'organization/project-list'],
  [/ \/projects(?:\/[^/]+(?:\/archive)?)?$/, 'organization/project'],
  [/^DELETE .+\/model_permissions$/, 'organization/model-permissions-deleted'],
  [/\/model_permissions$/, 'organization/model-permissions'],
  [/^POST .+\/rate_limits\/[^/]+$/, 'organization/rate-limit'],
  [/\/rate_limits$/, 'organization/rate-limit-list'],
  [/^GET .+\/service_accounts$/, 'organization/service-account-list'],
  [/^POST .+\/service_accounts$/, 'organization/service-account-create-reply'],
  [/^POST .+\/service_accounts\/[^/]+\/api_keys$/, 'organization/service-account-key'],
  [/^DELETE .+\/service_accounts\/[^/]+$/, 'organization/service-account-deleted'],
  [/\/service_accounts\/[^/]+$/, 'organization/service-account'],
  [/^GET \/admin_api_keys$/, 'organization/admin-key-list'],
  [/^POST \/admin_api_keys$/, 'organization/admin-key-create-reply'],
  [/^DELETE \/admin_api_keys\//, 'organization/admin-key-deleted'],
  [/^GET \/admin_api_keys\//, 'organization/admin-key'],
  [/^GET .+\/api_keys$/, 'organization/api-key-list'],
  [/^DELETE .+\/api_keys\/[^/]+$/, 'organization/api-key-deleted'],
  [/\/api_keys\/[^/]+\/rotate$/, 'organization/api-key-rotate-reply'],
  [/\/api_keys\/[^/]+$/, 'organization/api-key'],
  [/ \/(?:usage\/(?:completions|embeddings)|costs)$/, 'organization/usage-page'],
  ...(['project', 'organization'] as const).flatMap((of): [RegExp, SchemaKind][] => {
    const below = of === 'project' ? String.raw`\/projects\/[^/]+` : '';
    const at = (method: string, path: string) => new RegExp(`^${method} ${below}\\/${path}$`);
    return [
      [at('DELETE', 'spend_limit'), `organization/${of}-spend-limit-deleted`],
      [at('(?:GET|POST)', 'spend_limit'), `organization/${of}-spend-limit`],
      [at('GET', 'spend_alerts'), `organization/${of}-spend-alert-list`],
      [at('DELETE', 'spend_alerts/[^/]+'), `organization/${of}-spend-alert-deleted`],
      [at('(?:GET|POST)', 'spend_alerts(?:/[^/]+)?'), `organization/${of}-spend-alert`],
    ];
  }),
  [/ \/audit_logs$/, 'organization/audit-log-list'],
  [/ \/reconcile$/, 'organization/reconcile'],
];

function organizationKind(operation: string): SchemaKind {
  const kind = organizationKinds.find(([pattern]) => pattern.test(operation))?.[1];
  if (kind === undefined) throw new Error(`no schema is known for the answer to ${operation}`);
  return kind;
}

function fileKind(method: string, path: string): SchemaKind {
  if (method === 'DELETE') return 'storage/file-deleted';
  return method === 'GET' && path.endsWith('/files') ? 'storage/file-list' : 'storage/file';
}

function conversationKind(method: string, path: string): SchemaKind {
  if (path.endsWith('/items')) return 'stored/conversation-item-list';
  if (!path.includes('/items/')) return method === 'DELETE' ? 'stored/conversation-deleted' : 'stored/conversation';
  return method === 'DELETE' ? 'stored/conversation' : 'stored/conversation-item';
}

function replyKind(method: string, path: string): SchemaKind {
  const [, below] = /^(?:\/openai)?(?:\/v1)?\/organization(\/.*)$/.exec(path) ?? [];
  if (below !== undefined) return organizationKind(`${method} ${below}`);
  if (/\/files(?:\/[^/]+)?$/.test(path)) return fileKind(method, path);
  if (/\/uploads(?:\/[^/]+\/(?:complete|cancel))?$/.test(path)) return 'storage/upload';
  if (/\/uploads\/[^/]+\/parts$/.test(path)) return 'storage/upload-part';
  if (path.endsWith('/whoami')) return 'organization/whoami';
  if (path.endsWith('/responses/input_tokens')) return 'input-tokens-reply';
  if (/\/responses(?:\/[^/]+)?$/.test(path)) return method === 'DELETE' ? 'stored/response-deleted' : 'responses-reply';
  if (/\/conversations(?:\/|$)/.test(path)) return conversationKind(method, path);
  if (path.endsWith('/input_items')) return 'stored/response-item-list';
  if (/\/chat\/completions\/[^/]+\/messages$/.test(path)) return 'stored/chat-message-list';
  if (/\/chat\/completions\/[^/]+$/.test(path)) return method === 'DELETE' ? 'stored/chat-deleted' : 'chat-reply';
  if (path.endsWith('/chat/completions')) return method === 'GET' ? 'stored/chat-list' : 'chat-reply';
  if (path.endsWith('/completions')) return 'completions-reply';
  if (path.endsWith('/embeddings')) return 'embeddings-reply';
  return path.endsWith('/models') ? 'models' : 'model';
}

/** A `fetch` that holds every answer against the generated schemas, for clients that take one. */
export interface CheckedFetch {
  readonly fetch: typeof fetch;
  /** To be called after the tests: throws when an answer broke its schema, or when there was none at all. */
  readonly verify: () => void;
}

/** An answer as far as its client has read it. */
interface Heard {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  text: string;
}

export function checkedFetch(): CheckedFetch {
  const heard: Heard[] = [];
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const { status, headers } = response;
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      const method = init?.method?.toUpperCase() ?? 'GET';
      const answer = { method, path, status, contentType: headers.get('content-type') ?? '', text: '' };
      heard.push(answer);
      // Listened to on its way: a copy beside it may never end once the client has left.
      return new Response(response.body?.pipeThrough(listener(answer)), { status, headers });
    },
    verify: () => {
      const found = heard.flatMap(({ method, path, ...answer }) =>
        problems({ method, path }, { ...answer, text: whole(answer) }),
      );
      if (heard.length === 0) throw new Error('no answer went through the checked fetch');
      if (found.length > 0) throw new Error(`answers break their schemas:\n${found.join('\n')}`);
    },
  };
}

function listener(answer: Heard): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  return new TransformStream({
    transform: (bytes, controller) => {
      answer.text += decoder.decode(bytes, { stream: true });
      controller.enqueue(bytes);
    },
  });
}

/** The text of a response; of a stream that its client closed, only the complete events. */
function whole({ contentType, text }: Pick<Heard, 'contentType' | 'text'>): string {
  return contentType.startsWith('text/event-stream') ? text.slice(0, text.lastIndexOf('\n\n') + 2) : text;
}
