// What `npm start` and `npm test` begin with. Nothing is installed yet, and Node may be any version from 20 on: plain
// JavaScript, Node's own modules only.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { install, projectNode } from './install.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');

/** What each command goes on with, under the project's own Node. */
const commands = {
  start: ['local/main.ts'],
  test: ['scripts/test.mjs'],
};

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command ?? '')) {
  console.error(
    `bedrock-gateway: ${command ? `there is no command '${command}'` : 'no command given'}; it is one of: ${Object.keys(commands).join(', ')}`,
  );
  process.exit(2);
}

try {
  await install(root);
} catch (error) {
  console.error(`bedrock-gateway: ${error.message}`);
  process.exit(1);
}
process.exitCode = await goOn(commands[command]);

/** Runs the command; what would end this process is handed on to it, and its exit code is ours. */
function goOn([script, ...fixed]) {
  const child = spawn(projectNode(root), [path.join(root, script), ...fixed, ...args], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    },
    // The channel closes when this process dies, however it dies: then the command stops as well.
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

/** npm hands signals to the shell that it starts, and some shells die of them without a word to us. */
function watchNpm(gone) {
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  setInterval(() => process.ppid !== parent && gone(), 300).unref();
}
