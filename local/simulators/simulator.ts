import type { Bucket, Table, Topic, UserPool } from '../deployment.ts';
import type { Iam } from '../iam/verify.ts';
import type { Observe } from './common/server.ts';
import type { Bucket as StoredBucket } from './s3/bucket.ts';

/**
 * A simulated service: an HTTP server on the loopback interface that the deployed functions call instead of the real one.
 *
 * To add one, copy `example/`: one folder, whose `simulator.ts` exports one constant that `satisfies Simulator`. Start its
 * server with `startServer` of `common/server.ts`, read its faults with a `FaultReader`, and write its answers with
 * `common/write.ts`, so that everything that can go wrong with the others can go wrong with it. Then add it to the list in
 * `index.ts`: `npm start` starts it, and hands its URL to the functions in the variables that it names. A test starts it by
 * itself, with the fields of the context that it reads: see `tests/local/simulators/example.test.ts`.
 */
export interface Simulator {
  /** Name of the service in lower case. That of a model backend is also its flag and the prefix of its targets: `openai` for `openai:gpt-4o`. */
  readonly name: string;
  /** Name in the banner of a service that answers models, such as `OpenAI`; absent for all others. */
  readonly label?: string;
  /** Environment variables of the functions that hold the service's URL, wherever it is. */
  readonly urlVariables: readonly string[];
  /** Listens on a free port. Rejects when it cannot. */
  start(context: SimulatorContext): Promise<RunningSimulator>;
}

/** What `npm start` knows and a service may need. A simulator declares the fields that it reads: `Pick<SimulatorContext, 'iam' | 'region'>`. */
export interface SimulatorContext {
  /** Checks signatures and the rights of roles. */
  readonly iam: Iam;
  /** AWS region in which the service is called, such as `us-east-1`. */
  readonly region: string;
  /** API keys that are valid at the moment; read for every request. */
  readonly keys: () => readonly string[];
  /** Text of a secret by its whole ARN, undefined when there is no such secret; read for every request. */
  readonly secret: (arn: string) => string | undefined;
  /** Value of a parameter by its name, undefined when there is no such parameter; read for every request. */
  readonly parameter: (name: string) => string | undefined;
  /** The tables of DynamoDB that the stack declares. */
  readonly tables: readonly Table[];
  /** The user pools of Cognito that the stack declares. */
  readonly userPools: readonly UserPool[];
  /** The topics of SNS that the stack declares. */
  readonly topics: readonly Topic[];
  /** The buckets of S3 that the stack declares. */
  readonly buckets: readonly Bucket[];
  /** What is in those buckets, by their names: S3 fills it in, for services that read objects as AWS's own do. */
  readonly stored: Map<string, StoredBucket>;
  /** Sees each request to a service that answers models, for the playground. */
  readonly observe?: Observe | undefined;
  /** Writes a line, with its line feed, to standard error. */
  readonly log: (text: string) => void;
}

/** A simulator that is listening. */
export interface RunningSimulator {
  /** Base URL without a slash at its end, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends the server and the connections to it. */
  readonly close: () => Promise<void>;
}
