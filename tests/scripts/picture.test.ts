import { readFileSync } from 'node:fs';
import path from 'node:path';
import { picture } from '../../scripts/picture.ts';

// The provider is a large package, and the program bundles the code.
jest.setTimeout(60_000);

const file = path.join(import.meta.dirname, '../../docs/stack.svg');

test('docs/stack.svg is what `npm run picture` makes of the Pulumi program', async () => {
  expect(readFileSync(file, 'utf8')).toBe(await picture());
});
