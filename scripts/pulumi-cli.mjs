// Finds Pulumi's CLI for the tests under its real engine: by a variable, on PATH, or built once from its published sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { cacheFolder } from './cache.mjs';
import { capture, root } from './children.mjs';

const module = path.join(root, 'tests', 'engine');
const versionVariable = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version';
const minuteMs = 60_000;

/** Error for a CLI that is neither found nor built; the message has the reason. */
export class NoCli extends Error {}

/** The path of a CLI that runs, and its origin; throws `NoCli`. */
export async function findCli() {
  if (process.platform === 'win32') throw new NoCli('its stand-ins for plugins are shell scripts, and this is Windows');
  const named = process.env['PULUMI_CLI'];
  if (named) return useNamed(path.resolve(root, named));
  const present = await onPath();
  return present.found ?? build(present.reason);
}

async function useNamed(cli) {
  const version = await versionOf(cli);
  if (version === undefined)
    throw new Error(`PULUMI_CLI is ${cli}, which does not run: 'pulumi version' prints no version`);
  return { cli, from: `PULUMI_CLI, ${version}` };
}

/** The user's own CLI on PATH; the `pulumi` of npm is left out, since it would download one. */
async function onPath() {
  const [oldest, present] = [oldestCli(), []];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const cli = path.join(folder, 'pulumi');
    if (folder.endsWith(path.join('node_modules', '.bin')) || !path.isAbsolute(folder) || !existsSync(cli)) continue;
    const version = await versionOf(cli);
    if (version !== undefined && !isOlder(version, oldest)) return { found: { cli, from: `${cli}, ${version}` } };
    present.push(version === undefined ? `${cli} does not run` : `${cli} is ${version}, older than ${oldest}`);
  }
  return { reason: present.join('; ') || 'there is no pulumi on PATH' };
}

/** The oldest CLI version that is accepted: that of the project's npm package. */
function oldestCli() {
  return JSON.parse(readFileSync(path.join(root, 'node_modules', 'pulumi', 'package.json'), 'utf8')).version;
}

async function versionOf(cli) {
  const { code, output } = await capture(cli, ['version'], { env: { PULUMI_SKIP_UPDATE_CHECK: 'true' } });
  return code === 0 ? /^v?(\d+\.\d+\.\d+)/m.exec(output)?.[1] : undefined;
}

/** Builds the CLI with Go, outside the clone; the result depends only on go.mod and go.sum. */
async function build(reason) {
  const sum = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) sum.update(readFileSync(path.join(module, file)));
  const name = `pulumi-${process.platform}-${process.arch}-${sum.digest('hex').slice(0, 16)}`;
  const cli = path.join(cacheFolder(), name);
  if (existsSync(cli)) return { cli, from: `built before, ${cli}` };
  const go = await goVersion(reason);
  mkdirSync(path.dirname(cli), { recursive: true });
  const draft = mkdtempSync(`${cli}-`);
  try {
    await compile(path.join(draft, 'pulumi'), go);
    renameSync(path.join(draft, 'pulumi'), cli);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return { cli, from: `built, ${cli}` };
}

async function goVersion(reason) {
  const oldest = /^go (\S+)/m.exec(readFileSync(path.join(module, 'go.mod'), 'utf8'))?.[1] ?? '';
  // Not in the folder of a go.mod, where Go would download the version that the file requires.
  const { code, output } = await capture('go', ['version'], { cwd: tmpdir() });
  const version = code === 0 ? /go(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1] : undefined;
  if (version === undefined) throw new NoCli(`${reason}, and no Go to build it with`);
  if (isOlder(version, oldest)) throw new NoCli(`${reason}, and Go is ${version}: it takes ${oldest} to build it`);
  return version;
}

async function compile(binary, go) {
  const release = /pulumi\/pkg\/v3 (v\S+)/.exec(readFileSync(path.join(module, 'go.mod'), 'utf8'))?.[1];
  console.log(`Building the CLI of Pulumi ${release} with Go ${go}, once: 5 to 15 minutes, 125 MB …`);
  const begun = Date.now();
  const beat = setInterval(
    () => console.log(`  still building (${Math.round((Date.now() - begun) / minuteMs)} min) …`),
    minuteMs,
  );
  const flags = ['build', '-mod=readonly', '-ldflags', `-s -w -X ${versionVariable}=${release}`, '-o', binary];
  const { code, output } = await capture('go', [...flags, 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi'], {
    cwd: module,
    env: { GOWORK: 'off', GOFLAGS: '' },
  });
  clearInterval(beat);
  if (code !== 0) throw new NoCli(`the build failed: ${output.trim().split('\n').at(-1)}`);
  if (!existsSync(binary)) throw new NoCli('the build failed: it left no program');
}

function isOlder(version, than) {
  const [one, other] = [version, than].map((each) => each.split('.').map(Number));
  const at = [0, 1, 2].find((part) => (one[part] ?? 0) !== (other[part] ?? 0));
  return at !== undefined && (one[at] ?? 0) < (other[at] ?? 0);
}
