import { spawnSync } from 'node:child_process';
import { candidates } from '../../cli/candidates.ts';
import { commands } from '../../cli/commands/index.ts';
import { cli } from './support.ts';

const names = (...words: string[]): string[] =>
  candidates(commands, words)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');

test.each<[words: string[], expected: string[]]>([
  [['k'], ['keys']],
  [['keys', 'r'], ['rotate']],
  [['--json', 'keys', 'r'], ['rotate']],
  [['--base-url', 'keys', 'projects', 'a'], ['archive']],
  [['keys', 'create', '--sc'], ['--scope']],
  [['keys', 'create', '--scope', 'm'], ['models.read']],
  [
    ['accounts', 'update', 'svc_acct_1', '--role', ''],
    ['member', 'owner'],
  ],
  [['chat', '-m', ''], []],
  [['frobnicate', ''], []],
])('%j can become %j', (words, expected) => {
  expect(names(...words)).toEqual(expected);
});

test('every command and its flags are found', () => {
  for (const { words, flags = [] } of commands) {
    expect(names(words[0])).toContain(words[0]);
    expect(names(...words, '--')).toEqual(expect.arrayContaining(flags.map((flag) => `--${flag}`)));
  }
});

test('a candidate has its description', () => {
  expect(candidates(commands, ['who'])).toBe('whoami\tShow who the key belongs to and what it can do\n');
});

test.each(['bash', 'zsh', 'fish'])('the script for %s is valid, where the shell is there', async (shell) => {
  const { code, out } = await cli(['completion', shell]);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('bedrock-gateway completion candidates') });
  const { error, stderr } = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' });
  expect(error === undefined ? stderr : '').toBe('');
});
