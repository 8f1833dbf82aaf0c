// The Python environments of `npm test`. They need no package of npm, so they are made while npm installs; run.mjs imports this file
// under any Node from 20 on.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';

/** The variable that identifies a run: what could not be made in it is not tried again. */
export const runVariable = 'BEDROCK_GATEWAY_TEST_RUN';

/** The environments that a run of all tests needs. */
export const everyEnvironment = ['oldest', 'newest', 'oracle', 'moto', 'agents'];

/**
 * Starts to make the named environments with the scripts below `root` in a process that ends with this one. `env` has the variable of the run: tests wait for
 * the environments that they need, and report what is missing. What the process says is held until `show` is called, so that it does
 * not break the line of an installation's progress. `end` stops what is still being made.
 */
export function makeEnvironments(root, names) {
  const env = { ...process.env, [runVariable]: `${process.pid}-${Date.now()}` };
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'];
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'python.mjs'), ...names], {
    cwd: root,
    env,
    stdio,
  });
  // Tests make what this process does not.
  child.on('error', () => undefined);
  // A child's own stream is emptied when the child ends, whether it is read or not.
  const said = child.stderr.pipe(new PassThrough());
  return {
    env,
    show: () => said.pipe(process.stderr, { end: false }),
    end: () => child.connected && child.disconnect(),
  };
}
