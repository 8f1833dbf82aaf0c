/** A statement of a policy of IAM, S3 or SNS, with lists where one value may stand alone. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** Whether it applies to all actions but those that it names. */
  readonly isInverted: boolean;
  readonly resources: readonly string[];
  /** Whether it applies to everybody. */
  readonly isPublic: boolean;
  readonly condition: unknown;
}

/** The statements of a policy document: a JSON text, or the value of one. Throws a SyntaxError for any other text. */
export function statementsOf(document: unknown): Statement[] {
  const value: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  return list(field(value, 'Statement')).map((each) => ({
    effect: String(field(each, 'Effect')),
    actions: [...texts(field(each, 'Action')), ...texts(field(each, 'NotAction'))],
    isInverted: field(each, 'NotAction') !== undefined,
    resources: texts(field(each, 'Resource')),
    isPublic: isEverybody(field(each, 'Principal')) || field(each, 'NotPrincipal') !== undefined,
    condition: field(each, 'Condition'),
  }));
}

/** Whether statements refuse every request that is not encrypted. */
export function refusesPlainText(statements: readonly Statement[]): boolean {
  return statements.some(
    ({ effect, isPublic, condition }) =>
      effect === 'Deny' && isPublic && String(field(field(condition, 'Bool'), 'aws:SecureTransport')) === 'false',
  );
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || texts(field(principal, 'AWS')).includes('*');
}

function texts(value: unknown): string[] {
  return list(value).map(String);
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A field of a value; undefined if the value has no fields. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const entry: unknown = Reflect.get(value, name);
  return entry;
}
