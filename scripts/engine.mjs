// `npm run test:engine`: the tests under Pulumi's real engine. If its CLI is neither found nor can be built, they are skipped and
// the reason is printed; with BEDROCK_GATEWAY_NO_SKIPS, that is a failure.
import path from 'node:path';
import process from 'node:process';
import { letGo, root } from './children.mjs';
import { makeEnvironments } from './environments.mjs';
import { NoCli, findCli } from './pulumi-cli.mjs';
import { vitest } from './vitest.mjs';

const nothingMayBeSkipped = Boolean(process.env['BEDROCK_GATEWAY_NO_SKIPS']);

const { passed, failed, skipped, reasons = [] } = await main(process.argv.slice(2));
for (const reason of reasons) console.log(`SKIP ${reason}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || (nothingMayBeSkipped && skipped > 0) ? 1 : 0;
letGo();

/** Runs the tests; arguments are vitest's (a pattern, `-t name`). */
async function main(testArguments) {
  try {
    const { cli, from } = await findCli();
    console.log(`The CLI of Pulumi: ${from}`);
    const config = ['--config', path.join(root, 'tests', 'engine', 'vitest.config.ts')];
    return await withOracle((env) => vitest([...config, ...testArguments], { env: { ...env, PULUMI_CLI: cli } }));
  } catch (error) {
    const isSkip = error instanceof NoCli && !nothingMayBeSkipped;
    console.log(`${isSkip ? 'SKIP' : 'FAIL'} tests/engine: ${error.message}`);
    return { passed: 0, failed: isSkip ? 0 : 1, skipped: isSkip ? 1 : 0 };
  }
}

/** Runs the tests while the environment is made for the one that validates inputs with botocore. */
async function withOracle(run) {
  const python = makeEnvironments(root, ['oracle']);
  python.show();
  try {
    return await run(python.env);
  } finally {
    python.end();
  }
}
