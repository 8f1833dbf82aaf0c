import { canaryConfig, canaryUp } from './canary.ts';
import type { CanaryPlan, FleetCommand } from './command-line.mjs';
import { bootstrap } from './bootstrap.ts';
import type { Customer } from './customers.ts';
import { destroy } from './destroy.ts';
import { drift, hasDrifted } from './drift.ts';
import { outputs } from './outputs.ts';
import { afterQuestion, retryCommand } from './question.ts';
import type { Step } from './stack.ts';
import { summary } from './summary.ts';
import type { CustomerResult } from './summary.ts';
import { acting, previewed, workOn } from './work.ts';
import type { Session, Work } from './work.ts';

/** Runs a command for all of its customers, and returns the exit code. */
export async function runFleet(session: Session): Promise<number> {
  const { command } = session.options;
  const results = await commands[command](session);
  if (command !== 'outputs' || results.some(({ status }) => status !== 'ok'))
    session.print(summary(results, (names) => retryCommand(session, names)));
  if (results.some(({ status }) => status !== 'ok')) return 1;
  return results.some(hasDrifted) ? 3 : 0;
}

const commands: Readonly<Record<FleetCommand, (session: Session) => Promise<readonly CustomerResult[]>>> = {
  preview,
  up,
  refresh,
  destroy,
  outputs,
  drift,
  bootstrap,
};

function preview(session: Session): Promise<CustomerResult[]> {
  const run = acting('preview', session, 'would change');
  return workOn(session.customers, { verb: 'preview', load: () => 'none', create: true, run }, session);
}

async function up(session: Session): Promise<readonly CustomerResult[]> {
  const { yes, canary } = session.options;
  if (yes) return deploy(session, session.customers, await newDomains(session));
  const previews = canary === undefined ? await preview(session) : await previewCanary(session, canary);
  const load = new Map(previews.map(({ name, steps }) => [name, changesDomain(steps)]));
  return afterQuestion(session, previews, (customers) =>
    deploy(session, customers, (customer) => load.get(customer.name) === true),
  );
}

/** Previews what a canary changes first; its end changes the aliases again. */
function previewCanary(session: Session, canary: CanaryPlan): Promise<CustomerResult[]> {
  const run: Work['run'] = async (stack, report) => {
    const overrides = await canaryConfig(stack, canary);
    return previewed(stack, 'preview', { changed: 'would change', session, report, overrides });
  };
  return workOn(session.customers, { verb: 'preview', load: () => 'none', create: true, run }, session);
}

/** Deploys customers; `isDomain` tells of those that create a domain name or delete a REST API. */
function deploy(
  session: Session,
  customers: readonly Customer[],
  isDomain: (customer: Customer) => boolean,
): Promise<CustomerResult[]> {
  const { canary } = session.options;
  const run = canary === undefined ? acting('up', session, 'deployed') : canaryUp(canary, session);
  const load = (customer: Customer) => (isDomain(customer) ? 'domain' : 'some');
  return workOn(customers, { verb: 'up', load, create: true, run }, session);
}

async function refresh(session: Session): Promise<readonly CustomerResult[]> {
  const work: Pick<Work, 'load' | 'create'> = { load: () => 'some', create: false };
  const refreshing = (customers: readonly Customer[]) =>
    workOn(customers, { ...work, verb: 'refresh', run: acting('refresh', session, 'refreshed') }, session);
  if (session.options.yes) return refreshing(session.customers);
  const run = acting('preview-refresh', session, 'would change');
  const previews = await workOn(session.customers, { ...work, verb: 'preview', run }, session);
  return afterQuestion(session, previews, refreshing);
}

const findDomain: Work['run'] = async (stack) => {
  const resources = await stack.resources();
  return { text: resources.some(({ type }) => type === domainType) ? 'has a domain' : 'new domain', steps: [] };
};

const domainType = 'aws:apigatewayv2/domainName:DomainName';
const restApiType = 'aws:apigateway/restApi:RestApi';

function changesDomain(steps: readonly Step[]): boolean {
  return steps.some(({ op, type }) => type === (op.startsWith('delete') ? restApiType : domainType) && op !== 'update');
}

/** Which customers have a domain in their config, and none in their state yet. */
async function newDomains(session: Session): Promise<(customer: Customer) => boolean> {
  const withDomain = session.customers.filter(({ settings }) => settings['domain'] !== undefined);
  const found = await workOn(withDomain, { verb: 'read', load: () => 'none', create: false, run: findDomain }, session);
  const old = new Set(found.filter(({ text }) => text === 'has a domain').map(({ name }) => name));
  return ({ name, settings }) => settings['domain'] !== undefined && !old.has(name);
}
