import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { needs } from '../support/skip.ts';
import { blocksOf, documents, type Block } from './documents.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const blocks = documents.flatMap(blocksOf);

function ofLanguage(...languages: readonly string[]): [place: string, code: string][] {
  return blocks
    .filter(({ language }) => languages.includes(language))
    .map(({ place, code }: Block) => [place, code.replaceAll(/<[a-zA-Z…][^<>\n]*>/g, 'PLACEHOLDER')]);
}

/** What a checker says of a text that it is given on standard input; empty when it is content. */
function complaint(command: string, args: readonly string[], input: string): string {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  return error ? error.message : status === 0 ? '' : stderr;
}

test('every code block names its language', () => {
  expect(blocks.filter(({ language }) => language === '').map(({ place }) => place)).toEqual([]);
});

test.each(ofLanguage('sh'))('the code block at %s is valid shell', (_place, code) => {
  expect(complaint('sh', ['-n'], code)).toBe('');
});

test.each(ofLanguage('js'))('the code block at %s is valid JavaScript', (_place, code) => {
  expect(complaint(process.execPath, ['--input-type=module', '--check'], code)).toBe('');
});

test.each(ofLanguage('json'))('the code block at %s is valid JSON', (_place, code) => {
  expect(() => void JSON.parse(code)).not.toThrow();
});

test.each(ofLanguage('yaml'))('the code block at %s is valid YAML', (_place, code) => {
  expect(() => void parse(code)).not.toThrow();
});

const python = spawnSync('python3', ['--version']).status === 0;

needs(python, 'there is no Python')('Python', () => {
  test.each(ofLanguage('python'))('compiles the code block at %s', (_place, code) => {
    expect(complaint('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], code)).toBe('');
  });
});
