import type { BackendFacts } from '../catalog/catalog.ts';
import type { Backend } from './backend.ts';
import type { Bedrock } from './bedrock/bedrock.ts';
import type { Signer } from './stack/signer.ts';
import type { Transport } from './wire/transport.ts';

/** What backends are made of: each takes what it needs. Nothing here is opened or asked before the first call. */
export interface BackendDependencies {
  readonly bedrock: Bedrock;
  /** The connections of all backends. */
  readonly transport: Transport;
  /** Signs what the stack pays; absent where the stack has no role for it. */
  readonly signer?: Signer | undefined;
  readonly openai?:
    | {
        readonly baseUrl: string;
        readonly secretArn: string;
        readonly timeoutMs: number;
        /** Whether the server may be sent URLs of callers, which it then fetches itself. */
        readonly fetchesUrls?: boolean;
      }
    | undefined;
  readonly endpoints: { readonly runtime?: string; readonly sagemaker?: string; readonly secretsManager?: string };
  /** The stack's own, for what it pays on Bedrock. */
  readonly guardrail?: { readonly identifier: string; readonly version: string } | undefined;
  /** Where the function runs: SageMaker endpoints are there. */
  readonly region: string;
  /** Of the function's own role. */
  readonly role: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  readonly now: () => number;
}

/**
 * All that the rest knows of a backend: each folder exports one of these, and registry.ts names it. The Pulumi program reads
 * the facts as well, so importing a module must do nothing, and it may import nothing heavy.
 */
export interface BackendModule extends BackendFacts {
  /** What `isModel` takes, in words that end the sentence `write "<backend>:" and …`. */
  readonly modelIs: string;
  /** Makes the backend when a function starts: no connection, no SDK, no promise. */
  readonly create: (dependencies: BackendDependencies) => Backend;
}
