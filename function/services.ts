import { randomUUID } from 'node:crypto';
import type { Authenticator } from './auth/authenticate.ts';
import { bedrockKeys } from './auth/bedrock-keys.ts';
import { createProofs } from './auth/proofs.ts';
import { registeredCallers, type InProject } from './auth/registered-callers.ts';
import { deferredMantle } from './backends/bedrock-mantle/mantle.ts';
import { createBedrock, type Bedrock } from './backends/bedrock/bedrock.ts';
import { createDirectory } from './backends/bedrock/directory.ts';
import { backends, createBackends } from './backends/registry.ts';
import { createSigner } from './backends/stack/signer.ts';
import { createTransport } from './backends/wire/transport.ts';
import type { Catalog } from './catalog/catalog.ts';
import { chatTemplates } from './chat-templates/load.ts';
import type { Config } from './config.ts';
import type { Debug } from './debug.ts';
import type { MediaUrl } from './http/media.ts';
import type { Services } from './request-context.ts';
import type { Names } from './names.ts';
import type { Media } from './translate/translation.ts';

/** What only some stacks have: whoever starts the function loads it where it is needed. */
export interface Additions {
  readonly debug?: Debug | undefined;
  /** Authenticators of gateway keys and JWTs, in the order in which they are asked: after the registered callers, before Bedrock keys. */
  readonly authenticators?: readonly Authenticator[];
  /** Projects, service accounts and keys, in the function that manages them. */
  readonly keys?: Services['keys'] | undefined;
  /** Finds the projects of registered callers. */
  readonly inProject?: InProject | undefined;
  /** What counts requests. */
  readonly meter?: Services['meter'] | undefined;
  /** Files of callers. */
  readonly storage?: Services['storage'] | undefined;
  /** The metadata of the issuer that MCP clients get tokens from. */
  readonly issuerMetadata?: Services['issuerMetadata'] | undefined;
  /** What projects have used and spent, in the function that serves the administration API. */
  readonly usage?: Services['usage'] | undefined;
}

/** Makes everything that requests are served with. Opens no connection. */
export function createServices(
  config: Config,
  catalog: Catalog,
  { debug, authenticators: others = [], keys, inProject, meter, usage, storage, issuerMetadata }: Additions = {},
): Services & { readonly bedrock: Bedrock } {
  const { endpoints, region, role, spendingRoleArn, openai, storageBucket: bucket } = config;
  const signer =
    spendingRoleArn === undefined
      ? undefined
      : createSigner({ roleArn: spendingRoleArn, region, credentials: role, stsEndpoint: endpoints.sts, bucket, now });
  const transport = debug === undefined ? createTransport() : debug.transport(createTransport());
  const proofs = createProofs({ now });
  const bedrock = createBedrock({ endpoints, signer, transport });
  const mantle = config.bedrockMantle ? deferredMantle({ endpoint: endpoints.mantle, transport }) : undefined;
  return {
    config,
    catalog,
    // Who may call, in the order in which they are looked for; the last one judges every token that is left.
    authenticators: [
      registeredCallers(catalog.callers, inProject),
      ...others,
      bedrockKeys({ accepted: config.bedrockKeys, proofs }),
    ],
    backendFacts: backends,
    backend: createBackends({
      bedrock,
      transport,
      signer,
      openai,
      endpoints,
      mantle,
      guardrail: catalog.guardrail,
      region,
      role,
      now,
    }),
    bedrock,
    directory: createDirectory({ control: bedrock, mantle, now }),
    proofs,
    fetchMedia: config.isPrivate ? refuseMedia : fetchMedia,
    chatTemplate: chatTemplates(catalog.chatTemplates),
    now,
    newId: () => randomUUID().replaceAll('-', ''),
    random: () => Math.random(),
    ...(keys && { keys }),
    ...(meter && { meter }),
    ...(usage && { usage }),
    ...(storage && { storage }),
    ...(issuerMetadata && { issuerMetadata }),
    ...(debug && { trace: debug.trace }),
  };
}

/** The services of a request, with the names of models as they are when it comes. */
export function withNames(services: Services, names: Names): () => Services {
  let latest = services;
  return () => {
    const catalog = names.current();
    if (catalog !== latest.catalog) latest = { ...services, catalog };
    return latest;
  };
}

function now(): number {
  return Date.now();
}

/** Refuses the first URL: in a private network, waiting for it would only end in a timeout. */
async function refuseMedia(urls: readonly MediaUrl[]): Promise<ReadonlyMap<string, Media>> {
  const [first] = urls;
  if (first === undefined) return new Map();
  const media = await import('./http/media.ts');
  throw media.unreachable(first.param);
}

/** Few requests have images to fetch, and no start should wait for what that takes: it is loaded when first needed. */
async function fetchMedia(urls: readonly MediaUrl[], signal: AbortSignal): Promise<ReadonlyMap<string, Media>> {
  if (urls.length === 0) return new Map();
  const media = await import('./http/media.ts');
  return media.downloadMedia(urls, { signal });
}
