import { readFileSync } from 'node:fs';
import path from 'node:path';
import { conforms, type SchemaKind } from '../schemas/conforms.ts';
import { storingApp } from '../support/storage.ts';
import { names } from './pairs.ts';

/** Requests of one caller, one after the other, and their answers. Ids are counted, and the clock stands still. */
interface Exchange {
  readonly why: string;
  readonly steps: readonly (Call | Put)[];
}

interface Call {
  readonly request: {
    readonly method: 'GET' | 'POST' | 'DELETE';
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    /** Sent as JSON, or as a form in which `file` and `data` are files. */
    readonly body?: object;
    readonly form?: Readonly<Record<string, string>>;
  };
  readonly status: number;
  /** `x-gateway-ignored` of the answer. */
  readonly ignored?: string;
  readonly answer: object;
}

/** What is sent to a presigned URL. */
interface Put {
  readonly put: { readonly key: string; readonly text: string };
}

const folder = path.join(import.meta.dirname, 'exchange');

const exchanges = names('exchange').flatMap((api) =>
  names('exchange', api).map((file): [string, Exchange] => [
    `${api}/${file}`,
    JSON.parse(readFileSync(path.join(folder, api, file), 'utf8')),
  ]),
);

/** The schema of a request's fields. */
function kindOf({ path: at }: Call['request']): SchemaKind | undefined {
  if (at.endsWith('/complete')) return 'storage/upload-complete-request';
  if (at.endsWith('/parts')) return 'storage/upload-part-request';
  if (at.endsWith('/uploads')) return 'storage/upload-create-request';
  if (at.endsWith('/items')) return 'stored/conversation-items-request';
  if (/\/conversations\/[^/]+$/.test(at)) return 'stored/conversation-update-request';
  return at.endsWith('/files') ? 'storage/file-create-request' : undefined;
}

function initOf({ method, headers = {}, body, form }: Call['request']): RequestInit {
  if (form === undefined) {
    const json = { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return { method, ...(body && json) };
  }
  const data = new FormData();
  for (const [name, text] of Object.entries(form))
    data.set(name, name === 'file' || name === 'data' ? new File([text], 'notes.txt') : text);
  return { method, headers, body: data };
}

describe.each(exchanges)('exchange %s', (_name, { why, steps, ...others }) => {
  test('says what it is, and nothing that nobody reads', () => {
    expect(why.trim()).not.toBe('');
    expect(others).toEqual({});
    const known = new Set(['request', 'status', 'ignored', 'answer', 'put']);
    expect(steps.flatMap((step) => Object.keys(step).filter((name) => !known.has(name)))).toEqual([]);
  });

  test('has requests as the specification says, where they are not refused', () => {
    const found = steps.flatMap((step) => {
      if ('put' in step || step.status !== 200) return [];
      const [kind, fields] = [kindOf(step.request), step.request.body ?? step.request.form];
      return kind === undefined || fields === undefined ? [] : conforms(kind, fields);
    });
    expect(found).toEqual([]);
  });

  test('is what the gateway answers', async () => {
    const app = storingApp();
    for (const step of steps) {
      if ('put' in step) {
        app.store.write(step.put.key, Buffer.from(step.put.text));
        continue;
      }
      const { request, status, ignored, answer } = step;
      const told = await app.as('token-a', request.path, initOf(request));
      expect([told.status, JSON.parse(told.text)]).toEqual([status, answer]);
      expect(told.headers.get('x-gateway-ignored')).toBe(ignored ?? null);
    }
  });
});
