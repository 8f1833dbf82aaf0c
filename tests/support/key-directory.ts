import { createHash } from 'node:crypto';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { KeyDirectory } from '../../function/keys/directory.ts';
import { keyAuthenticator } from '../../function/keys/gateway-keys.ts';
import { itemOf, keyOf, keyPlace, type Place } from '../../function/keys/items.ts';
import { createKeyDirectory } from '../../function/keys/key-directory.ts';
import { keyReader } from '../../function/keys/key-records.ts';
import { deploymentKeyId, keyText, secretText } from '../../function/keys/key-text.ts';
import type { KeyRecord } from '../../function/keys/records.ts';
import { fakePool } from '../keys/fake-pool.ts';
import { fakeTable } from '../keys/fake-table.ts';

/** The product's directory over a table and a user pool in memory. */
export interface MemoryDirectory {
  readonly keys: KeyDirectory;
  /** Knows the keys of the directory as they are now: nothing is cached. */
  readonly authenticator: Authenticator;
  /** An authenticator of a function that has just started, which keeps what it reads as the product does. */
  readonly started: () => Authenticator;
  /** The keys that the table was asked for, one list for each read. */
  readonly reads: (readonly Place[])[];
  /** The text of the deployment's own admin key. */
  readonly adminKey: string;
  /** Changes a key behind the back of the directory, as another process would. */
  readonly change: (id: string, change: Partial<KeyRecord>) => void;
  /** Runs once, between the next reads and their write. */
  readonly beforeNextWrite: (act: () => void) => void;
}

const stack = 'test';
const adminSecret = secretText(Buffer.alloc(32, 7));
const hashOf = (text: string) => createHash('sha256').update(text);

/** A directory without projects. Ids and secrets are counted, so that records sort by their creation. `now` is in milliseconds. */
export function memoryDirectory(now: () => number = () => Date.now()): MemoryDirectory {
  const table = fakeTable([]);
  let made = 0;
  const bytes = (size: number) => {
    made += 1;
    if (size > 8) return hashOf(`secret ${made}`).digest().subarray(0, size);
    const counted = Buffer.alloc(size);
    counted.writeUInt32BE(made, size - 4);
    return counted;
  };
  const deployment = {
    stack,
    table: 'keys',
    userPoolId: 'us-east-1_x',
    adminSha256: hashOf(adminSecret).digest('hex'),
    adminGeneration: 1,
  };
  const started = () => keyAuthenticator({ stack, read: keyReader(table, deployment), log: () => undefined });
  return {
    started,
    reads: table.reads,
    keys: createKeyDirectory({
      stack: deployment,
      table,
      pool: fakePool(),
      now,
      bytes,
      retry: { random: () => 0, wait: () => Promise.resolve() },
      log: () => undefined,
    }),
    authenticator: {
      authenticate: (token, at) => started().authenticate(token, at),
    },
    adminKey: keyText({ stack, keyId: deploymentKeyId(1), secret: adminSecret }),
    change(id, change) {
      const { pk, sk } = keyPlace(id);
      const item = table.items.get(`${pk} ${sk}`);
      if (item === undefined) throw new Error(`there is no key ${id}`);
      const record = keyOf(item);
      table.items.set(`${pk} ${sk}`, itemOf({ pk, sk }, { ...record, ...change, version: record.version + 1 }));
    },
    beforeNextWrite(act) {
      table.before = (operation) => {
        if (operation === 'write') {
          table.before = () => Promise.resolve();
          act();
        }
        return Promise.resolve();
      };
    },
  };
}
