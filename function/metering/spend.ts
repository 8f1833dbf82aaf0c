import type { Caller } from '../auth/caller.ts';
import type { Rules } from '../auth/rules.ts';
import type { Target, TokenPrice } from '../catalog/catalog.ts';
import { ApiError } from '../errors.ts';
import type { Spent } from '../pipeline/meter.ts';
import type { Usage } from '../pipeline/usage.ts';
import type { SendAlert } from './alerts.ts';
import type { Counter, Counting, Reservation, Settlement, Tail } from './counter.ts';
import type { Demand } from './demand.ts';
import { cent, monthOf, spendPlace } from './places.ts';
import { costOf, worstCostOf, type PriceOf } from './prices.ts';
import { changeOf, type Counts, type Update, type UsageTable } from './usage-table.ts';

/** What spending is counted with. */
export interface SpendOptions {
  readonly table: UsageTable;
  readonly priceOf: PriceOf;
  readonly sendAlert: SendAlert;
}

/** What a request may cost, and what it has cost, in 10⁻⁹ USD. */
export interface Costs {
  /** The most, at the dearest target. Throws the ApiError 403 where one has no price. */
  readonly worst: (demand: Demand) => number;
  /** What an answer has cost; what it does not tell is taken as the most that there can be. 0 where nothing answered, and for a target without a price. */
  readonly actual: (ended: { readonly demand: Demand; readonly spent: Spent }) => number;
}

/** Where the spending of a month is counted. */
interface Account {
  readonly of: 'project' | 'organization';
  /** Absent for the organization. */
  readonly projectId?: string;
  readonly rules: Rules;
}

/** Tells costs by the prices of the stack. */
export function costsBy(priceOf: PriceOf): Costs {
  return {
    worst({ model, targets, ...tokens }) {
      const prices = targets.map((target) => priceOf(model, target) ?? notPriced(model, target));
      return Math.max(...prices.map((price) => worstOf(price, tokens)));
    },
    actual({ demand, spent: { target, usage } }) {
      const price = target && priceOf(demand.model, target);
      if (price === undefined) return 0;
      const { inputTokens, outputTokens } = usage ?? {};
      if (inputTokens === undefined && outputTokens === undefined) return worstOf(price, demand);
      return costOf(price, completed(usage ?? {}, demand));
    },
  };
}

/**
 * Spend limits: the most that a request can cost is held before it is sent, in one conditional update each for the project and for the
 * organization, and settled with what it has cost.
 */
export function spendCounter({ priceOf, sendAlert }: Omit<SpendOptions, 'table'>): Counter {
  const costs = costsBy(priceOf);
  return {
    reserve(counting) {
      const limited = accountsOf(counting.caller).filter(({ rules }) => rules.spendLimit !== undefined);
      if (limited.length === 0) return [];
      const worst = costs.worst(counting.demand);
      return limited.map((account) => reservation(account, counting, worst));
    },
  };

  function reservation(account: Account, counting: Counting, worst: number): Reservation {
    const most = (account.rules.spendLimit ?? 0) * cent - worst;
    if (most < 0) throw exceeded(account);
    return {
      update: { ...itemOf(account, counting), add: { held: worst }, atMost: { held: most } },
      refusal: () => exceeded(account),
      settle(spent): Settlement {
        const cost = costs.actual({ demand: counting.demand, spent });
        return {
          update: { ...itemOf(account, counting), add: { held: cost - worst, spent: cost } },
          settled: (counts) => alertsOf(account, { counting, counts, cost, sendAlert }),
        };
      },
    };
  }
}

/** Counts what is spent without a limit, for limits that are set later, for alerts and for reports. */
export function spendTail({ table, priceOf, sendAlert }: SpendOptions): Tail {
  const costs = costsBy(priceOf);
  return async (ended) => {
    const cost = costs.actual(ended);
    if (cost === 0) return;
    const unlimited = accountsOf(ended.caller).filter(({ rules }) => rules.spendLimit === undefined);
    const count = async (account: Account): Promise<void> => {
      const counts = await changeOf(table, { ...itemOf(account, ended), add: { held: cost, spent: cost } });
      await alertsOf(account, { counting: ended, counts, cost, sendAlert });
    };
    await Promise.all(unlimited.map(count));
  };
}

/** Usage with the most that there can be in place of what is not told. No request is without input: 0 is not told either. */
function completed(usage: Usage, demand: Demand): Usage {
  const { inputTokens = 0, outputTokens = demand.outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const isTold = inputTokens + cacheReadTokens + cacheWriteTokens > 0;
  return { ...usage, inputTokens: isTold ? inputTokens : demand.inputTokens, outputTokens };
}

function worstOf(
  price: TokenPrice,
  { inputTokens, outputTokens }: Pick<Demand, 'inputTokens' | 'outputTokens'>,
): number {
  return worstCostOf(price, { input: inputTokens, output: outputTokens });
}

function accountsOf({ project, rules }: Caller): readonly Account[] {
  if (project === undefined) return [];
  return [
    { of: 'project', projectId: project, rules: rules?.project ?? {} },
    { of: 'organization', rules: rules?.organization ?? {} },
  ];
}

/** The item of the month in which a request was begun. */
function itemOf({ projectId }: Account, { at }: Pick<Counting, 'at'>): Pick<Update, 'pk' | 'sk' | 'expires'> {
  return spendPlace(projectId, at);
}

interface Crossing {
  readonly counting: Counting;
  /** What the item has after the write. */
  readonly counts: Counts;
  /** What the write has added to `spent`, which never falls: each amount is crossed by one write. */
  readonly cost: number;
  readonly sendAlert: SendAlert;
}

/** Sends the alerts whose thresholds a write has crossed. */
async function alertsOf(
  { of, projectId, rules }: Account,
  { counting: { at }, counts: { spent = 0 }, cost, sendAlert }: Crossing,
): Promise<void> {
  const crossed = (rules.spendAlerts ?? []).filter(({ threshold }) => {
    const amount = Math.max(threshold * cent, 1);
    return spent - cost < amount && amount <= spent;
  });
  const about = { of, ...(projectId !== undefined && { projectId }), month: monthOf(at), spent };
  await Promise.all(crossed.map((alert) => sendAlert(alert, about)));
}

/** OpenAI's 429 for an organization that has no money left, which no retry mends. */
function exceeded({ of }: Pick<Account, 'of'>): ApiError {
  return new ApiError(
    `You exceeded your current quota, please check your plan and billing details. The spend limit of this ${of} for this month (UTC) has no room for what this request can cost at most.`,
    { status: 429, code: 'insufficient_quota', type: 'insufficient_quota', headers: { 'x-should-retry': 'false' } },
  );
}

function notPriced(model: string, { backend, model: id }: Target): never {
  throw new ApiError(
    `The model \`${model}\` has no price, and spending is limited. Set one in the config of the stack: bedrock-gateway:prices for \`${backend}:${id.startsWith('arn:') ? '<ARN>' : id}\`.`,
    { status: 403, code: 'model_not_priced', param: 'model' },
  );
}
