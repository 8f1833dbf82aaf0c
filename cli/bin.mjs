#!/usr/bin/env node
// The command `bedrock-gateway`. In the repository it runs the sources; an installed package has them as one bundle, since Node does
// not run TypeScript below node_modules. Plain JavaScript for any Node from 20 on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../dist/cli/bedrock-gateway.mjs', import.meta.url);
const source = new URL('main.ts', import.meta.url);
// The Node that `npm start` and `npm test` install where this one is too old for TypeScript.
const projectNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (import.meta.url.includes('/node_modules/')) await import(bundle.href);
else if (process.features.typescript) await runSource();
else if (existsSync(projectNode)) await runBy(projectNode);
else {
  console.error(
    `Error: the sources need Node 22.18 or later, and this is ${process.version}\nRun: npm ci --include=dev, which installs one for this project.`,
  );
  process.exitCode = 2;
}

/** Runs the sources without Node 22's warning about TypeScript; other warnings are shown. */
async function runSource() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] !== 'ExperimentalWarning') emitWarning(warning, ...rest);
  };
  await import(source.href);
}

/** Runs the sources by another Node, which gets the signals of a terminal as well. */
function runBy(node) {
  const args = ['--disable-warning=ExperimentalWarning', fileURLToPath(source), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 1;
      resolve(signal);
    });
  });
}
