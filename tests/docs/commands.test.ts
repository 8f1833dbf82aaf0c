import { readOptions } from '../../local/command-line.mjs';
import { keys } from '../../infra/settings/keys.ts';
import { documents, text } from './documents.ts';

/** Everything that documents say, without the changelog: it names keys and flags that are gone. */
const said = documents.filter((file) => file !== 'CHANGELOG.md').map((file) => [file, text(file)] as const);

function found(pattern: RegExp): { file: string; parts: string[] }[] {
  return said.flatMap(([file, all]) =>
    Array.from(all.matchAll(pattern), ([, ...parts]) => ({ file, parts: parts.map((part) => part ?? '') })),
  );
}

test('every documented flag of npm start exists and has a value where it needs one', () => {
  const uses = found(/npm (?:--silent )?start -- ((?:--[\w-]+(?: (?!--)[^\s`#]+)?[ ]?)+)/g);
  const refused = uses.flatMap(({ file, parts: [flags = ''] }) => {
    const args = flags
      .trim()
      .split(' ')
      .map((arg) => arg.replace(/^<url>$/, 'http://127.0.0.1:1').replace(/^<.*>$/, 'models.json'));
    try {
      readOptions(args, {});
      return [];
    } catch (error) {
      return [`${file}: ${args.join(' ')}: ${String(error)}`];
    }
  });
  expect(uses.length).toBeGreaterThan(5);
  expect(refused).toEqual([]);
});

test('every documented configuration key exists', () => {
  const commands = found(/pulumi config (?:set|rm) (?:--path )?'?(?!--)([\w:-]+)/g).map(
    ({ file, parts: [name = ''] }) => ({
      file,
      name: name.replace(/^bedrock-gateway:/, ''),
    }),
  );
  const files = found(/bedrock-gateway:(?!index:)([a-zA-Z]+)/g).map(({ file, parts: [name = ''] }) => ({ file, name }));
  const uses = [...commands, ...files].filter(({ name }) => !/^aws(:|$)/.test(name));
  expect(uses.length).toBeGreaterThan(30);
  expect(uses.filter(({ name }) => !Object.hasOwn(keys, name))).toEqual([]);
});

test('documented maps and lists are set with --path, one entry per command', () => {
  const whole = found(/pulumi config set ([\w:]+) '?[[{]/g).map(({ file, parts: [name] }) => `${file}: ${name}`);
  expect(whole).toEqual([]);
});

test('every documented npm script exists', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(text('package.json'));
  const uses = found(/\bnpm (?:run |--silent )?((?:test|start|schemas|bench|check|format|picture)(?::\w+)?)\b/g);
  expect(uses.length).toBeGreaterThan(10);
  expect(uses.filter(({ parts: [name = ''] }) => !Object.hasOwn(scripts, name))).toEqual([]);
});
