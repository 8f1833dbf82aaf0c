import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import { s3Simulator, type S3Call, type S3Fault } from '../../local/simulators/s3/simulator.ts';
import { createS3Store, type S3StoreOptions } from '../../function/storage/s3.ts';
import type { Store } from '../../function/storage/store.ts';

const region = 'us-east-1';
const bucket = 'bedrock-gateway-storage-1a2b3c4';
const arn = `arn:aws:s3:::${bucket}`;
const roleArn = 'arn:aws:iam::123456789012:role/function';

/** The rights that the stack gives its functions. */
const Statement = [
  {
    Effect: 'Allow',
    Action: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
    Resource: `${arn}/*`,
  },
  {
    Effect: 'Allow',
    Action: ['s3:ListBucket'],
    Resource: arn,
    Condition: { StringLike: { 's3:prefix': ['bedrock-*/*', 'caller-*/*', 'jwt-*/*', 'project-*/*'] } },
  },
];

/** A store over the simulator of S3, with what it logs and was asked. */
export interface SimulatedStore {
  readonly store: Store;
  readonly lines: object[];
  readonly calls: string[];
  /** What goes wrong with calls; a test sets it. */
  fault: ((call: S3Call) => S3Fault | undefined | Promise<S3Fault | undefined>) | undefined;
  /** How far the clock of S3 goes ahead, in milliseconds. */
  ahead: number;
  readonly close: () => Promise<void>;
}

/** Starts the simulator, and makes a store that waits for as long as any, unless a test says otherwise. */
export async function simulatedStore({
  idleTimeoutMs,
}: Pick<S3StoreOptions, 'idleTimeoutMs'> = {}): Promise<SimulatedStore> {
  const iam = createIam({
    roles: [{ arn: roleArn, trust: { statements: [] }, policies: [readPolicy(JSON.stringify({ Statement }))] }],
  });
  const [lines, calls]: [object[], string[]] = [[], []];
  const simulated = await s3Simulator.start({
    iam,
    region,
    buckets: [{ name: bucket, arn }],
    clock: () => Date.now() + made.ahead,
    faults: (call) => {
      calls.push(call.operation);
      return made.fault?.(call);
    },
  });
  const made: SimulatedStore = {
    store: createS3Store({
      bucket,
      region,
      credentials: iam.issue(roleArn),
      endpoint: simulated.url,
      log: (fields) => lines.push(fields),
      idleTimeoutMs,
    }),
    lines,
    calls,
    fault: undefined,
    ahead: 0,
    close: simulated.close,
  };
  return made;
}
