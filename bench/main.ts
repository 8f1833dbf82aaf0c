// Measures the gateway beside what else could stand between a caller and Bedrock: `npm run bench`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { helpText, readOptions, type Options } from './options.ts';
import { plot } from './plot.ts';
import { markdown, type Report } from './report.ts';

const root = path.resolve(import.meta.dirname, '..');

/** The part of docs/performance.md that a run writes. */
const measured = /(<!-- measured: begin -->\n)[^]*(<!-- measured: end -->)/;

async function publish(result: Report, options: Options): Promise<void> {
  const text = markdown(result);
  console.log(text);
  const whole = !options.quick && options.only.length === 0;
  const folder = options.out ?? (whole ? path.join(root, 'bench') : undefined);
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'results.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  const { machine, versions } = result;
  const caption = `${machine.cpu}, Node ${versions['Node'] ?? ''}: medians of ${result.rounds} rounds; the line is their range`;
  await writeFile(path.join(folder, 'results.svg'), plot(result.figures, caption));
  if (options.out !== undefined) return;
  const page = path.join(root, 'docs', 'performance.md');
  const before = await readFile(page, 'utf8');
  await writeFile(
    page,
    before.replace(measured, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
  );
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(helpText);
    return;
  }
  // Loads Pulumi and the clients, which a mistake on the command line need not wait for.
  const { measure } = await import('./measure.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'gateway-bench-'));
  try {
    await publish(await measure(options, { root, folder }), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bedrock-gateway: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  process.exitCode = 1;
}
// Servers that a failure left behind end with the channel to this process.
process.exit();
