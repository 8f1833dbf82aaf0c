import { commands } from '../../cli/commands/index.ts';
import { findCommand, givenTo, readLine } from '../../cli/command-line.ts';
import { blocksOf, documents, text } from './documents.ts';

const page = text('docs/cli.md');

/** The words of a documented command line, up to what a shell would do next; IDs stand for placeholders. */
function argumentsIn(line: string): string[] {
  const own = line.replaceAll(/<[^<>\n]*>/g, 'id').split(/[|)#>]/)[0] ?? '';
  return Array.from(
    own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
    ([, double, single, word]) => double ?? single ?? word ?? '',
  );
}

const lines = documents
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code, place }) =>
    Array.from(
      code.matchAll(
        /bedrock-gateway ((?:projects|accounts|keys|chat|completion|usage|models|whoami|limits|spend|alerts|permissions|audit|reconcile|files|request)\b.*)/g,
      ),
      ([, line = '']) => ({ place, line }),
    ),
  );

test('pages have command lines', () => {
  expect(lines.length).toBeGreaterThan(4);
});

test.each(lines)('the command line at $place is understood: $line', ({ line }) => {
  const read = readLine(argumentsIn(line));
  expect(() => givenTo(findCommand(commands, read), read)).not.toThrow();
});

test('the page lists every command', () => {
  const cells = page
    .split('\n')
    .flatMap((line) => (line.startsWith('| `') ? (line.split(' | ')[0]?.match(/`[^`]+`/g) ?? []) : []));
  const named = new Set<string>();
  let group = '';
  for (const cell of cells) {
    const [first = '', second] = cell.replaceAll('`', '').split(' ');
    if (commands.some(({ words }) => words[0] === first)) {
      group = first;
      named.add(second === undefined || /^[<[]/.test(second) ? first : `${first} ${second}`);
    } else named.add(`${group} ${first}`);
  }
  expect(commands.map(({ words }) => words.join(' ')).filter((name) => !named.has(name))).toEqual([]);
});
