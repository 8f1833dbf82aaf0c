/** A policy document, as far as it is emulated: `readPolicy` refuses the rest. */
export interface Policy {
  readonly statements: readonly Statement[];
}

/** A statement of a policy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Empty in a trust policy, whose resource is the role itself. */
  readonly resources: readonly string[];
  /** Empty in the policies of a role, whose principal is the role itself. */
  readonly principals: readonly Principal[];
  readonly conditions: readonly Condition[];
}

/** One key of the context, and the patterns of which it must fit one. */
interface Condition {
  readonly key: string;
  readonly patterns: readonly string[];
}

/** What is known about a call beside its action and resource, such as `bedrock:InferenceProfileArn`. */
export type Context = Readonly<Record<string, string>>;

/** Whom a trust policy names: `{ kind: 'AWS', name: '*' }` is everybody. */
export interface Principal {
  readonly kind: string;
  readonly name: string;
}

const statementFields = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']);

/** Whether the patterns of an operator have wildcards. */
const wildcardsByOperator: Readonly<Record<string, boolean>> = {
  StringEquals: false,
  StringLike: true,
  ArnEquals: true,
  ArnLike: true,
};

/** Reads a policy document. A member that is not emulated, such as `NotAction`, is an error and not a way in. */
export function readPolicy(json: string): Policy {
  const document = record(JSON.parse(json));
  return { statements: list(document['Statement']).map(statement) };
}

function statement(value: unknown): Statement {
  const given = record(value);
  const stranger = Object.keys(given).find((name) => !statementFields.has(name));
  if (stranger !== undefined) throw new Error(`the local stack does not emulate ${stranger} in a policy`);
  const { Effect: effect, Action: actions, Resource: resources, Principal: principals, Condition: conditions } = given;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error('a statement of a policy has no Effect');
  return {
    effect,
    actions: texts(actions),
    resources: texts(resources),
    principals: principalsOf(principals),
    conditions: Object.entries(record(conditions ?? {})).flatMap(([operator, keys]) => conditionsOf(operator, keys)),
  };
}

function conditionsOf(operator: string, keys: unknown): Condition[] {
  const hasWildcards = wildcardsByOperator[operator];
  if (hasWildcards === undefined) throw new Error(`the local stack does not emulate ${operator} in a Condition`);
  const literal = (text: string): string => (hasWildcards ? text : text.replaceAll(/[*?]/g, '\\$&'));
  return Object.entries(record(keys)).map(([key, values]) => ({
    key: key.toLowerCase(),
    patterns: texts(values).map(literal),
  }));
}

function principalsOf(value: unknown): Principal[] {
  if (value === undefined) return [];
  if (value === '*') return [{ kind: 'AWS', name: '*' }];
  return Object.entries(record(value)).flatMap(([kind, names]) => texts(names).map((name) => ({ kind, name })));
}

/** Whether one of the policies allows it, and none denies it. */
export function decide(policies: readonly Policy[], applies: (statement: Statement) => boolean): boolean {
  const found = policies.flatMap(({ statements }) => statements.filter(applies));
  return found.length > 0 && found.every(({ effect }) => effect === 'Allow');
}

/** Actions are compared without regard to case. */
export function hasAction({ actions }: Statement, action: string): boolean {
  return actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
}

/** Whether a statement is about a resource, by its ARN. */
export function hasResource({ resources }: Statement, resource: string): boolean {
  return resources.some((pattern) => matches(pattern, resource));
}

/** Whether the context has all that a statement asks for; what the context does not know does not fit. */
export function holds({ conditions }: Statement, context: Context): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return conditions.every(({ key, patterns }) => {
    const value = known.get(key);
    return value !== undefined && patterns.some((pattern) => matches(pattern, value));
  });
}

/** `*` stands for any characters, colons and slashes included, and `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/\\[*?]|[.*+?^$(){}|[\]\\]/g, (found) => wildcards[found] ?? escaped(found));
  return new RegExp(`^${source}$`, 's').test(text);
}

function escaped(found: string): string {
  return found.length > 1 ? found : `\\${found}`;
}

const wildcards: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('a policy or a statement of it is not a JSON object');
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A text or a list of texts; nothing is no text. */
function texts(value: unknown): string[] {
  return value === undefined ? [] : list(value).map(String);
}
