import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', 'function');

/** Names that each translator, or each part of one, exports for its own dialect. */
const translatorNames: ReadonlySet<string> = new Set([
  'asksNothing',
  'checkFields',
  'Disposition',
  'disposition',
  'failure',
  'FinishReason',
  'ignoredFields',
  'invalid',
  'messages',
  'Plan',
  'reasons',
  'reply',
  'request',
  'serviceTier',
  'stream',
  'texts',
  'tools',
  'TranslationState',
  'usageOf',
]);

/** Operations: the endpoint that serves one and the surface of a backend that it calls have its name. */
const operationNames: ReadonlySet<string> = new Set(['completions', 'converse', 'countTokens', 'responses']);

/** Names that each backend exports for its own service. */
const backendNames: ReadonlySet<string> = new Set(['service']);

function isShared(name: string, files: readonly string[]): boolean {
  if (translatorNames.has(name)) return files.every((file) => file.startsWith('translate/'));
  if (backendNames.has(name)) return files.every((file) => file.startsWith('backends/'));
  return operationNames.has(name) && files.every((file) => /^(?:endpoints|backends)\//.test(file));
}

test('a name is exported by one file of function/, unless its translators, backends or operations share it', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.gen)\.ts$/.test(file));
  const exported = files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const names = text.matchAll(/^export (?:abstract |async )*(?:function\*?|const|class|interface|type|enum) (\w+)/gm);
    return Array.from(names, ([, name = '']) => ({ name, file }));
  });
  const byName = Map.groupBy(exported, ({ name }) => name);
  const repeated = Array.from(byName, ([name, all]) => [name, all.map(({ file }) => file)] as const).filter(
    ([name, all]) => all.length > 1 && !isShared(name, all),
  );
  expect(Object.fromEntries(repeated)).toEqual({});
});
