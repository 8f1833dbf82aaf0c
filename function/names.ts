import { readParameter, type ParameterRead } from './backends/stack/parameter.ts';
import type { Catalog } from './catalog/catalog.ts';
import { Flaw } from './catalog/check.ts';
import { withAdditionalModels, type Deployment } from './catalog/additional-models.ts';
import { hasTemplate } from './chat-templates/names.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';

/** The catalog as it is at the moment: the config's, with the entries of the models parameter. */
export interface Names {
  /** What is known now, at once. Where that is a minute old, a new read begins, for whom comes later. */
  current(): Catalog;
  /** Resolves when the read that is under way is over, if there is one. Never rejects. */
  settled(): Promise<void>;
}

/** What `createNames` needs: the deployed catalog, the read of the models parameter, the clock and the log. */
export interface NamesOptions {
  readonly deployed: Deployment;
  readonly read: () => Promise<ParameterRead>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log['names'];
}

/** From the beginning of one read to that of the next, whatever came of it. */
const freshMs = 60_000;

/**
 * Reads the models parameter at once, and then at most once a minute, when a request comes. Nobody waits for it: requests take
 * the last good names. Lambda freezes the process behind an answer; a read that this interrupts goes on, or fails and is
 * repeated by AWS's client, while a later request is answered.
 */
export function createNames({ deployed, read, now, log }: NamesOptions): Names {
  let catalog = deployed.catalog;
  let good: string | undefined;
  let beganAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function readOnce(): Promise<void> {
    const outcome = await read();
    const problem = outcome.ok ? takeOver(outcome.text) : outcome.problem;
    if (problem !== undefined) log({ problem: `${problem} The last good names hold.` });
    reading = undefined;
  }

  /** Says what is wrong with a text; nothing when it is in force. */
  function takeOver(text: string): string | undefined {
    if (text === good) return undefined;
    try {
      const { catalog: merged, added, leftOut } = withAdditionalModels(text, deployed);
      catalog = merged;
      good = text;
      log({ added, ...(leftOut.length > 0 && { leftOut }) });
      return undefined;
    } catch (error) {
      return error instanceof Flaw ? error.message : 'It could not be checked.';
    }
  }

  function refresh(): void {
    if (reading !== undefined || now() - beganAt < freshMs) return;
    beganAt = now();
    reading = readOnce();
  }

  refresh();
  return {
    current() {
      refresh();
      return catalog;
    },
    settled: async () => reading,
  };
}

/** The names of a deployed stack whose config has a models parameter. */
export function namesOf(
  config: Config & { readonly modelsParameter: string },
  { backendFacts, catalog }: Pick<Deployment, 'backendFacts' | 'catalog'>,
  rest: Pick<NamesOptions, 'now' | 'log'>,
): Names {
  const { modelsParameter: name, region, role: credentials, endpoints } = config;
  const deployed: Deployment = {
    catalog,
    backendFacts,
    regions: config.bedrockRegions,
    hasOpenAiKey: config.openai !== undefined,
    hasCallers: catalog.callers.length > 0 || config.gatewayKeys !== undefined || catalog.jwt !== undefined,
    hasSpendingRole: config.spendingRoleArn !== undefined,
    hasTemplate: (template) => hasTemplate(catalog.chatTemplates, template),
  };
  return createNames({
    ...rest,
    deployed,
    read: () => readParameter({ name, region, credentials, endpoint: endpoints.ssm }),
  });
}
