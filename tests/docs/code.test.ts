import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

/** Reads a list of texts as JSON, and writes what Python says of each. */
const pythonChecker = `
import ast, json, sys
def complaint(text):
    try:
        ast.parse(text)
        return ""
    except SyntaxError as error:
        return str(error)
print(json.dumps([complaint(text) for text in json.load(sys.stdin)]))
`;

test('every code block names its language', () => {
  expect(blocks.filter(({ language }) => language === '').map(({ place }) => place)).toEqual([]);
});

test('every shell code block is valid', () => {
  const found = ofLanguage('sh');
  const folder = mkdtempSync(path.join(tmpdir(), 'code-blocks-'));
  const files = found.map(([, code], index) => {
    const file = path.join(folder, String(index));
    writeFileSync(file, code);
    return file;
  });
  // One shell for all: a process for each takes a second or more.
  const { stdout } = spawnSync(
    'sh',
    ['-c', 'for each; do sh -n "$each" 2> /dev/null || echo "$each"; done', 'sh', ...files],
    {
      encoding: 'utf8',
    },
  );
  rmSync(folder, { recursive: true });
  expect(found.length).toBeGreaterThan(50);
  expect(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((file) => found[Number(path.basename(file))]?.[0]),
  ).toEqual([]);
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
  test('compiles every code block', () => {
    const found = ofLanguage('python');
    const input = JSON.stringify(found.map(([, code]) => code));
    const { stdout } = spawnSync('python3', ['-c', pythonChecker], { input, encoding: 'utf8' });
    const complaints: string[] = JSON.parse(stdout);
    expect(found.map(([place], index) => [place, complaints[index]])).toEqual(found.map(([place]) => [place, '']));
  });
});
