import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

// The provider is a large package, and the program bundles the code.
jest.setTimeout(60_000);

const root = path.join(import.meta.dirname, '../..');
const node = path.join(root, 'node_modules/node/bin/node');

/** Jest runs modules as CommonJS, where the program could not wait for what it looks up before it declares anything. */
const script = `const { picture } = await import('./scripts/picture.ts'); process.stdout.write(await picture());`;

test('docs/stack.svg is what `npm run picture` makes of the Pulumi program', () => {
  const picture = execFileSync(node, ['--input-type=module', '--eval', script], { cwd: root, encoding: 'utf8' });
  expect(readFileSync(path.join(root, 'docs/stack.svg'), 'utf8')).toBe(picture);
});
