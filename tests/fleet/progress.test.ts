import { Progress } from '../../fleet/progress.ts';

function terminal(rows: number) {
  const written: string[] = [];
  const screen = {
    isTerminal: true,
    write: (text: string) => void written.push(text),
    size: () => ({ rows, columns: 40 }),
  };
  return { screen, written };
}

test('a terminal has one line for each stack, which is written over', () => {
  const { screen, written } = terminal(24);
  const progress = new Progress(screen, ['north', 'south-east']);
  progress.started('north', 'up');
  progress.done('south-east', 'deployed');
  expect(written).toEqual([
    'north       waiting\u001B[K\nsouth-east  waiting\u001B[K\n\u001B[J',
    '\u001B[2Anorth       up\u001B[K\nsouth-east  waiting\u001B[K\n\u001B[J',
    '\u001B[2Anorth       up\u001B[K\nsouth-east  deployed\u001B[K\n\u001B[J',
  ]);
});

test('a terminal with fewer lines than stacks shows those at work, and counts the others', () => {
  const { screen, written } = terminal(4);
  const progress = new Progress(screen, ['a', 'b', 'c', 'd', 'e']);
  progress.done('a', 'deployed');
  progress.update('c', 'up: create bedrock-gateway-domain-certificate (12 done)');
  expect(written.at(-1)).toBe(
    '\u001B[1A1 of 5 done\u001B[K\nc  up: create bedrock-gateway-domain-ce\u001B[K\n\u001B[J',
  );
});
