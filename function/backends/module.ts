import type { BackendFacts } from '../catalog/catalog.ts';
import type { Backend, Mantle } from './backend.ts';
import type { Bedrock } from './bedrock/bedrock.ts';
import type { Signer } from './stack/signer.ts';
import type { Transport } from './wire/transport.ts';

/** What backends are created with; each takes what it needs. Nothing is opened or called before the first request. */
export interface BackendDependencies {
  readonly bedrock: Bedrock;
  /** The connections of all backends. */
  readonly transport: Transport;
  /** Signs calls that the stack pays; absent where the stack has no role for it. */
  readonly signer?: Signer | undefined;
  readonly openai?:
    | {
        readonly baseUrl: string;
        readonly secretArn: string;
        readonly timeoutMs: number;
        /** Whether the server may be sent callers' URLs, which it then fetches itself. */
        readonly fetchesUrls?: boolean;
      }
    | undefined;
  /** Bedrock's second endpoint; absent where the stack does not use it. */
  readonly mantle?: Mantle | undefined;
  readonly endpoints: { readonly runtime?: string; readonly sagemaker?: string; readonly secretsManager?: string };
  /** The stack's guardrail for calls that it pays on Bedrock. */
  readonly guardrail?: { readonly identifier: string; readonly version: string } | undefined;
  /** The function's region, which is that of SageMaker endpoints. */
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly role: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  readonly now: () => number;
}

/**
 * The public face of a backend: each folder exports one, and registry.ts names it. The Pulumi program reads the facts as well, so a module
 * must have no side effects and import nothing heavy.
 */
export interface BackendModule extends BackendFacts {
  /** What `isModel` accepts, as the end of the sentence `write "<backend>:" and …`. */
  readonly modelIs: string;
  /** Creates the backend when a function starts, without a connection, an SDK or a promise. */
  readonly create: (dependencies: BackendDependencies) => Backend;
}
