import { readSettings } from '../infra/settings.ts';
import type { Problem } from './fleet-file.ts';

/** An entry of the file, whose structure has been checked: where the stack is deployed, and the keys of its config. */
export type CustomerEntry = Readonly<Record<string, unknown>>;

/** A customer: one stack. */
export interface Customer {
  /** The name of the stack. */
  readonly name: string;
  /** The AWS account; undefined if it is that of the credentials of the environment. */
  readonly account: string | undefined;
  readonly role: string | undefined;
  readonly externalId: string | undefined;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The gateway's own keys, without their namespace. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Keys of an entry that are not keys of the gateway's config. */
export const placeKeys = ['account', 'role', 'externalId', 'region', 'tags'] as const;

/** Regional APIs in an account and region, which cannot be raised (facts of API Gateway's quotas); a stack has one or two. */
const maxApis = 600;

/** The customers of a file with the defaults filled in, and what is wrong with them. */
export function resolveCustomers(content: {
  readonly defaults?: CustomerEntry | null;
  readonly customers: Readonly<Record<string, CustomerEntry | null>>;
}): { readonly customers: readonly Customer[]; readonly problems: readonly Problem[] } {
  const entries = Object.entries(content.customers).map(([name, own]): [string, CustomerEntry] => [
    name,
    merged(content.defaults ?? {}, own ?? {}),
  ]);
  const customers = entries.map(([name, entry]) => customer(name, entry));
  const problems = [...customers.flatMap(customerProblems), ...sharedProblems(customers)];
  return { customers, problems };
}

/** Maps of both are merged by their keys; everything else of the customer replaces that of the defaults. */
function merged(defaults: CustomerEntry, own: CustomerEntry): CustomerEntry {
  const values = Object.entries(own).map(([key, value]) => {
    const under = defaults[key];
    return [key, isMap(under) && isMap(value) ? { ...under, ...value } : value];
  });
  return { ...defaults, ...Object.fromEntries(values) };
}

function customer(name: string, entry: CustomerEntry): Customer {
  const settings = Object.fromEntries(Object.entries(entry).filter(([key]) => !isPlaceKey(key)));
  const role = textOf(entry['role']);
  return {
    name,
    account: textOf(entry['account']) ?? role?.split(':')[4],
    role,
    externalId: textOf(entry['externalId']),
    region: textOf(entry['region']) ?? '',
    tags: textsOf(entry['tags']),
    settings,
  };
}

function customerProblems(each: Customer): Problem[] {
  const { name, account, role, externalId, region } = each;
  const problem = (key: string, text: string): Problem => ({ at: ['customers', name, key], text });
  if (region === '') return [problem('region', 'is missing: name it here or in defaults, as in region: us-east-1')];
  const own = [
    ...(role !== undefined && role.split(':')[4] !== account
      ? [problem('role', `is in another account than ${account}: change the role or the account`)]
      : []),
    ...(externalId !== undefined && role === undefined
      ? [problem('externalId', 'is used to assume a role, and none is named: add role, or remove it')]
      : []),
  ];
  return [...own, ...settingsProblems(each)];
}

/** What the program itself would say of the settings, without its commands for `pulumi config`. */
function settingsProblems({ name, region, settings }: Customer): Problem[] {
  try {
    readSettings({ 'aws:region': region, ...pulumiTexts(settings) }, 'bedrock-gateway', name);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message
      .split('\n- ')
      .slice(1)
      .map((line) => {
        const [, key = '', text = ''] = /^(?:[\w-]+:)?(\w+) (.*)$/s.exec(line) ?? ['', '', line];
        return { at: ['customers', name, key], text: withoutCommands(text) };
      });
  }
}

/** Values as Pulumi hands them to a program: lists and maps as JSON. */
function pulumiTexts(settings: Customer['settings']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `bedrock-gateway:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function withoutCommands(text: string): string {
  return text.replace(/[.;,:]? *(?:Set|Remove|Rename|Or|Or remove|Or set)(?: it)?(?: with)?: npx pulumi .*$/s, '');
}

/** What customers may not share: a name that differs by case alone, a host, and the APIs of an account. */
function sharedProblems(customers: readonly Customer[]): Problem[] {
  const names = duplicates(customers, ({ name }) => name.toLowerCase()).map(([each, other]): Problem => ({
    at: ['customers', each.name],
    text: `differs from ${other.name} only by case, and their stack files would be one on many machines: rename it`,
  }));
  const hosts = duplicates(customers, hostOf).map(([each, other]): Problem => ({
    at: ['customers', each.name, 'domain'],
    text: `has the host ${hostOf(each)}, which ${other.name} has: change domain or subdomain`,
  }));
  return [...names, ...hosts, ...crowded(customers)];
}

function hostOf({ settings: { domain, subdomain = 'openai' } }: Customer): string | undefined {
  return typeof domain === 'string' && typeof subdomain === 'string' ? `${subdomain}.${domain}` : undefined;
}

function duplicates(
  customers: readonly Customer[],
  key: (customer: Customer) => string | undefined,
): [Customer, Customer][] {
  const first = new Map<string, Customer>();
  return customers.flatMap((each): [Customer, Customer][] => {
    const value = key(each);
    if (value === undefined) return [];
    const other = first.get(value);
    if (other !== undefined) return [[each, other]];
    first.set(value, each);
    return [];
  });
}

/** The customers that are beyond the APIs that an account and region may have. */
function crowded(customers: readonly Customer[]): Problem[] {
  const counts = new Map<string, number>();
  return customers.flatMap((each) => {
    const place = `${each.account ?? 'the account of the environment'} in ${each.region}`;
    const apis = each.settings['domain'] !== undefined && each.settings['streaming'] !== false ? 2 : 1;
    const count = (counts.get(place) ?? 0) + apis;
    counts.set(place, count);
    if (count <= maxApis) return [];
    const text = `is too much for ${place}: AWS allows ${maxApis} APIs there, and does not raise that. Use another account`;
    return [{ at: ['customers', each.name], text }];
  });
}

function isPlaceKey(key: string): boolean {
  return placeKeys.some((each) => each === key);
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = isMap(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([key, each]) => (typeof each === 'string' ? [[key, each]] : [])));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
