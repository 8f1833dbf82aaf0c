// The entry of `npm start`, `npm test` and the longer `npm run` commands. Packages may be missing, and Node may be any version from
// 20 on: plain JavaScript, with Node's own modules only.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { helpText, readOptions, UsageError } from '../local/command-line.mjs';
import { fleetHelp, readFleetOptions } from '../fleet/command-line.mjs';
import { preflight } from '../local/preflight.mjs';
import { everyEnvironment, makeEnvironments } from './environments.mjs';
import { install } from './install.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');

/** The check, the packages and the script of each command. */
const commands = {
  start: { check: checkStart, develop: false, script: 'local/main.ts' },
  fleet: { check: checkFleet, develop: false, script: 'fleet/main.ts' },
  test: { check: () => true, develop: true, script: 'scripts/test.mjs' },
  doctor: { check: () => true, develop: false, script: 'operations/doctor/main.ts' },
  dashboard: { check: () => true, develop: false, script: 'operations/dashboard/main.ts' },
  schemas: { check: () => true, develop: true, script: 'schemas/extract.ts' },
  bench: { check: () => true, develop: true, script: 'bench/main.ts' },
  mutate: { check: () => true, develop: true, script: 'scripts/mutate.ts' },
  'test:engine': { check: () => true, develop: true, script: 'scripts/engine.mjs' },
};

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? '')) {
  console.error(
    `bedrock-gateway: ${command ? `there is no command '${command}'` : 'no command given'}; it is one of: ${Object.keys(commands).join(', ')}`,
  );
  process.exit(2);
}

try {
  const { check, develop, script } = commands[command];
  if (await check()) process.exitCode = await installAndRun({ develop, script });
} catch (error) {
  console.error(`bedrock-gateway: ${error.message}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

/** Whether there is anything to serve; rejects before the installation with what would stop the start after it. */
async function checkStart() {
  const options = readOptions(args, process.env);
  if (options === 'help') process.stdout.write(helpText);
  else await preflight(options, root);
  return options !== 'help';
}

/** Whether there is anything to do for the fleet; a wrong command line is reported before the installation. */
function checkFleet() {
  const options = readFleetOptions(args);
  if (options === 'help') process.stdout.write(fleetHelp);
  return options !== 'help';
}

/** Runs the script when its packages are there. For all tests, Python environments are made meanwhile: most of both is waiting. */
async function installAndRun({ develop, script }) {
  const isWholeTest = command === 'test' && args.every((word) => word === '--');
  const python = isWholeTest ? makeEnvironments(root, everyEnvironment) : undefined;
  const node = await install(root, { develop });
  python?.show();
  return goOn(node, { script, env: python?.env ?? process.env }).finally(() => python?.end());
}

/** Runs the script, forwards signals to it, and exits with its exit code. */
function goOn(node, { script, env }) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', path.join(root, script), ...args], {
    cwd: root,
    env: {
      ...env,
      PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    },
    // The channel closes when this process dies, however it dies; then the command stops as well.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchNpm(() => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`bedrock-gateway: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** Calls back when npm is gone: it sends signals to the shell that it starts, and some shells die without forwarding them. */
function watchNpm(onExit) {
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  setInterval(() => process.ppid !== parent && onExit(), 300).unref();
}
