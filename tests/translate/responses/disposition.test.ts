import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  disposition,
  itemDisposition,
  itemReasons,
  reasons,
  toolDisposition,
  toolReasons,
} from '../../../function/translate/responses/disposition.ts';

interface Schema {
  readonly properties: Readonly<Record<string, object>>;
  readonly $defs: Readonly<Record<string, { readonly properties: { readonly type: { readonly enum: string[] } } }>>;
}

const file = path.join(import.meta.dirname, '../../../schemas/openai/responses-request.json');
const schema: Schema = JSON.parse(readFileSync(file, 'utf8'));

/** The types of a union of the request's schema. */
function typesIn(name: string): string[] {
  const { properties } = schema.$defs[name] ?? { properties: { type: { enum: [] } } };
  return properties.type.enum.toSorted();
}

test('every field has one disposition and one reason', () => {
  const fields = Object.keys(schema.properties).toSorted();
  expect(Object.keys(disposition).toSorted()).toEqual(fields);
  expect(Object.keys(reasons).toSorted()).toEqual(fields);
});

test.each([
  ['InputItem', itemDisposition, itemReasons],
  ['Tool', toolDisposition, toolReasons],
])('every type of %s has one disposition and one reason', (name, dispositions, all) => {
  expect(typesIn(name).length).toBeGreaterThan(10);
  expect(Object.keys(dispositions).toSorted()).toEqual(typesIn(name));
  expect(Object.keys(all).toSorted()).toEqual(typesIn(name));
});
