import { ApiError } from '../../function/errors.ts';
import { readFile } from '../../function/storage/files.ts';
import type { Store } from '../../function/storage/store.ts';
import { cancelUpload } from '../../function/storage/uploads.ts';
import { memoryStore, type MemoryStore } from '../support/memory-store.ts';
import { add, begin, bytesOf, complete, ownerAt, placesOf, type OwnerAt } from './upload-fixture.ts';

const owner = 'caller-a';
const unavailable = () => new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });

/** A store whose calls a test can stop: `step` is asked before each, and throws. */
function interrupted(store: Store, step: () => void): Store {
  return new Proxy(store, {
    get: (target, name: keyof Store) => {
      const method = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        step();
        return await method(...args);
      };
    },
  });
}

interface Begun {
  readonly store: MemoryStore;
  readonly id: string;
  readonly fileId: string;
  readonly partIds: readonly string[];
  /** Stores of other requests are not stopped. */
  readonly at: OwnerAt;
  readonly stopped: (step: () => void) => OwnerAt;
}

/** An upload that is ready to be completed, by parts or with what was sent to its URL. */
async function ready(by: 'parts' | 'URL'): Promise<Begun> {
  const store = memoryStore();
  const at = ownerAt(store, owner);
  const { upload, fileId } = await begin(at, { bytes: 6 });
  const partIds = by === 'parts' ? [await add(at, upload.id, 'abc'), await add(at, upload.id, 'def')] : [];
  if (by === 'URL') store.write(`${owner}/staging/${upload.id}`, Buffer.from('abcdef'));
  const stopped = (step: () => void): OwnerAt => {
    const other = ownerAt(interrupted(store, step), owner);
    other.now = at.now;
    return other;
  };
  return { store, at, id: upload.id, fileId, partIds, stopped };
}

const outcomeOf = async (run: Promise<unknown>): Promise<number> =>
  await run.then(
    () => 200,
    (error: { status: number }) => error.status,
  );

/** What callers see of the file: its text, or undefined where there is none. */
async function shown({ store, at, fileId }: Begun): Promise<string | undefined> {
  if ((await outcomeOf(readFile(at.storage(), fileId))) !== 200) return undefined;
  return String(await bytesOf(store, owner, { kind: 'file', id: fileId }));
}

const clean = ({ id, fileId }: Begun): string[] => [
  `file/${fileId} true`,
  `record/${fileId} true`,
  `upload/${id} true`,
  `staging/${id} false`,
];

/** Completes an upload with a store whose calls fail as `fails` says of each, which counts from 1; undefined where none did. */
async function failed(by: 'parts' | 'URL', fails: (call: number) => boolean) {
  const begun = await ready(by);
  let hasFailed = false;
  let calls = 0;
  const at = begun.stopped(() => {
    calls += 1;
    if (!fails(calls)) return;
    hasFailed = true;
    throw unavailable();
  });
  const status = await outcomeOf(complete(at, begun.id, begun.partIds));
  return hasFailed ? { ...begun, status } : undefined;
}

describe.each(['parts', 'URL'] as const)('an upload by %s', (by) => {
  test('is completed by the next request, whichever call of the store failed', async () => {
    const told: number[] = [];
    for (let failing = 1; ; failing += 1) {
      const begun = await failed(by, (call) => call === failing);
      if (begun === undefined) break;
      told.push(begun.status);
      expect([undefined, 'abcdef']).toContain(await shown(begun));
      await complete(begun.at, begun.id, begun.partIds);
      expect(await shown(begun)).toBe('abcdef');
      expect(await placesOf(begun.store, owner)).toEqual(clean(begun));
    }
    expect(told.length).toBeGreaterThan(10);
    expect(new Set(told)).toEqual(new Set([503, 200]));
  });

  test('is completed later where a request died, after whichever call of the store', async () => {
    const told: unknown[] = [];
    for (let last = 0; ; last += 1) {
      const begun = await failed(by, (call) => call > last);
      if (begun === undefined) break;
      const before = await shown(begun);
      const again = () => outcomeOf(complete(begun.at, begun.id, begun.partIds));
      const soon = await again();
      begun.at.now += 600_000 + 60_000 - 1;
      const early = await again();
      begun.at.now += 1;
      expect(await again()).toBe(200);
      told.push([before, soon, early].join());
      expect(await shown(begun)).toBe('abcdef');
      expect(await placesOf(begun.store, owner)).toEqual(clean(begun));
    }
    // As long as the other request may still be there, nobody else writes what it would write.
    expect(new Set(told)).toEqual(new Set([',200,200', ',409,409', 'abcdef,200,200']));
  });

  test('is cancelled later where a request died, unless its file is there', async () => {
    const told: unknown[] = [];
    for (let last = 0; ; last += 1) {
      const begun = await failed(by, (call) => call > last);
      if (begun === undefined) break;
      begun.at.now += 660_000;
      const status = await outcomeOf(cancelUpload(begun.at.storage(), begun.id));
      const kinds = (await placesOf(begun.store, owner)).map((place) => place.replace(/\/.*/, ''));
      told.push([status, await shown(begun), status === 200 && kinds.join('+')].join());
    }
    expect(new Set(told)).toEqual(new Set(['200,,upload+staging', '400,abcdef,false']));
  });

  test('is completed once by two requests at the same time', async () => {
    const begun = await ready(by);
    const both = [1, 2].map(() => outcomeOf(complete(begun.at, begun.id, begun.partIds)));
    expect(new Set(await Promise.all(both))).toEqual(new Set([200, 409]));
    expect(await shown(begun)).toBe('abcdef');
  });

  test('is completed or cancelled by two requests at the same time', async () => {
    const begun = await ready(by);
    const both = [complete(begun.at, begun.id, begun.partIds), cancelUpload(begun.at.storage(), begun.id)];
    const told = await Promise.all(both.map(outcomeOf));
    expect(told.filter((status) => status === 200)).toHaveLength(1);
    expect(await shown(begun)).toBe(told[0] === 200 ? 'abcdef' : undefined);
  });

  test('that is cancelled while somebody completes it beyond the time has no file', async () => {
    const begun = await ready(by);
    const later = ownerAt(begun.store, owner);
    let held: (() => void) | undefined;
    // Holds the write of the file's record.
    const slow: Store = {
      ...begun.store,
      put: async (...args) => {
        if (args[1].kind === 'record') await new Promise<void>((resolve) => (held = resolve));
        return await begun.store.put(...args);
      },
    };
    const completing = outcomeOf(complete(ownerAt(slow, owner), begun.id, begun.partIds));
    await vi.waitFor(() => expect(held).toBeDefined());
    later.now += 660_000;
    expect(await outcomeOf(cancelUpload(later.storage(), begun.id))).toBe(200);
    held?.();
    expect(await completing).toBe(400);
    expect(await shown(begun)).toBeUndefined();
    expect(await placesOf(begun.store, owner)).toEqual([`upload/${begun.id} true`, `staging/${begun.id} false`]);
  });

  test('that is completed by another request keeps its file when one fails beyond its time', async () => {
    const begun = await ready(by);
    let fail: (() => void) | undefined;
    const held = <Result>(): Promise<Result> =>
      new Promise((_resolve, reject) => {
        fail = () => reject(unavailable());
      });
    const slow: Store = { ...begun.store, copy: () => held(), putStream: () => held() };
    const late = outcomeOf(complete(ownerAt(slow, owner), begun.id, begun.partIds));
    await vi.waitFor(() => expect(fail).toBeDefined());
    // The other clock began some milliseconds later.
    begun.at.now += 670_000;
    await complete(begun.at, begun.id, begun.partIds);
    fail?.();
    expect(await late).toBe(503);
    expect(await shown(begun)).toBe('abcdef');
    expect(await placesOf(begun.store, owner)).toEqual(clean(begun));
  });

  test('that takes too long is a 504, and may be completed then', async () => {
    const begun = await ready(by);
    const { store } = begun;
    const never = <Result>({ signal }: { signal?: AbortSignal | undefined }): Promise<Result> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(unavailable()));
      });
    const slow: Store = {
      ...store,
      copy: (_owner, move) => never(move),
      putStream: (_owner, _place, write) => never(write),
    };
    const at = ownerAt(slow, owner);
    // Four seconds of it are kept.
    const late = complete(at, begun.id, begun.partIds, { until: at.now + 4_000 });
    await expect(late).rejects.toMatchObject({ status: 504, code: 'timeout', headers: { 'x-should-retry': 'false' } });
    expect(await outcomeOf(complete(begun.at, begun.id, begun.partIds))).toBe(200);
    expect(await shown(begun)).toBe('abcdef');
  });
});
