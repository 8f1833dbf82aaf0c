import type { KeyAttribute, Table } from '../deployment.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError } from './inputs.ts';

/** Inputs that would change how a table answers, and that nothing here looks at. */
const unsupportedInputs = [
  'globalSecondaryIndexes',
  'localSecondaryIndexes',
  'replicas',
  'streamEnabled',
  'importTable',
];

/** The declared tables of DynamoDB. Throws a DeclarationError. */
export function readTables(collection: Collection): readonly Table[] {
  return collection.all('table').map(readTable);
}

function readTable({ resource, inputs }: Entry): Table {
  const refuse = (problem: string): never => {
    throw new DeclarationError(resource, problem);
  };
  const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
  if (other !== undefined) refuse(`the local stack does not emulate ${other}`);
  if (inputs.optionalText('billingMode') !== 'PAY_PER_REQUEST') {
    refuse('the local stack emulates tables of the billing mode PAY_PER_REQUEST only');
  }
  const types = new Map(inputs.blocks('attributes').map((each) => [each.text('name'), each.text('type')]));
  const key = (name: string): KeyAttribute => {
    const type = types.get(name);
    types.delete(name);
    if (type === 'S' || type === 'N' || type === 'B') return { name, type };
    return refuse(`its key ${name} is none of its attributes, or is not of the type S, N or B`);
  };
  const hashKey = key(inputs.text('hashKey'));
  const rangeName = inputs.optionalText('rangeKey');
  const rangeKey = rangeName === undefined ? undefined : key(rangeName);
  const unused = [...types.keys()].join(', ');
  if (unused !== '') refuse(`attributes must be part of a key, which ${unused} is not`);
  return { name: inputs.text('name'), arn: inputs.text('arn'), hashKey, ...(rangeKey && { rangeKey }) };
}
