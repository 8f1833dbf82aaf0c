import type { UserAttribute } from '../../deployment.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { invalid } from './cognito-error.ts';

/** Limit of the value of any attribute, in characters. */
const maxValueLength = 2048;

/** Values by the names of attributes, such as `custom:state`. An empty value deletes the attribute. */
export type Attributes = ReadonlyMap<string, string>;

/** Reads the list of attributes in a request. Throws an InvalidParameterException for one that does not fit the pool's schema. */
export function readAttributes(input: unknown, schema: readonly UserAttribute[]): Attributes {
  const pairs = (asArray(input) ?? malformed()).map((each) => {
    const { Name, Value = '' } = asObject(each) ?? malformed();
    return [asString(Name) ?? malformed(), asString(Value) ?? malformed()] as const;
  });
  const problems = pairs.flatMap(([name, value]) => {
    const problem = problemOf(name, value, schema);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  if (problems.length > 0) throw invalid(`Attributes did not conform to the schema: ${problems.join('\n')}\n`);
  const attributes = new Map(pairs);
  if (attributes.size < pairs.length) throw invalid('The list of attributes names one of them twice.');
  return attributes;
}

/** Throws an InvalidParameterException for an attribute that is set once only. */
export function checkMutable(attributes: Attributes, schema: readonly UserAttribute[]): void {
  const fixed = schema.find(({ name, isMutable }) => !isMutable && attributes.has(name));
  if (fixed !== undefined) throw invalid(`user.${fixed.name}: Attribute cannot be updated.`);
}

/** The attributes after some of them were written. */
export function merged(before: Attributes, written: Attributes): Attributes {
  return new Map([...before, ...written].filter(([name]) => written.get(name) !== ''));
}

function problemOf(name: string, value: string, schema: readonly UserAttribute[]): string | undefined {
  const attribute = schema.find((each) => each.name === name);
  if (attribute === undefined) return 'Attribute does not exist in the schema.';
  if (value === '') return undefined;
  const { type, min, max } = attribute;
  if (type === 'Number') return problemOfNumber(value, attribute);
  const most = Math.min(max ?? maxValueLength, maxValueLength);
  if (value.length > most) return `String must be no longer than ${most} characters`;
  return value.length < (min ?? 0) ? `String must be at least ${min} characters` : undefined;
}

function problemOfNumber(value: string, { min, max }: UserAttribute): string | undefined {
  if (!/^-?\d{1,16}$/.test(value)) return 'Attribute must be a number';
  if (Number(value) > (max ?? Number.POSITIVE_INFINITY)) return `Number must be no greater than ${max}`;
  return Number(value) < (min ?? Number.NEGATIVE_INFINITY) ? `Number must be at least ${min}` : undefined;
}

function malformed(): never {
  throw invalid('UserAttributes must be a list of names and values.');
}
