// uv, which installs Python packages with a tenth of the work that pip has. It reads its own settings: it is used only where it can be
// told everything that pip is told.
import path from 'node:path';
import process from 'node:process';
import { capture } from './children.mjs';

/** The variables in which uv takes settings of pip. */
const variables = { 'index-url': 'UV_DEFAULT_INDEX', 'find-links': 'UV_FIND_LINKS', cert: 'SSL_CERT_FILE' };

/** Settings of pip that do not change what it installs, and from where. */
const harmless = new Set([
  'cache-dir',
  'default-timeout',
  'disable-pip-version-check',
  'no-cache-dir',
  'no-color',
  'no-input',
  'progress-bar',
  'quiet',
  'retries',
  'root-user-action',
  'timeout',
  'verbose',
]);

/** The sections of pip's configuration that count for `pip install`; later ones win. */
const sections = ['global', 'install', ':env:'];

/** The program in the folder into which pip has installed it. */
export function uvProgram(place) {
  return path.join(place, 'bin', process.platform === 'win32' ? 'uv.exe' : 'uv');
}

/** The environment variables with which uv installs as this Python's pip would; undefined if there are none, or no pip. */
export async function uvVariables(python) {
  const { code, output } = await capture(python, ['-m', 'pip', 'config', 'list']);
  if (code !== 0) return undefined;
  const settings = output.split('\n').flatMap((line) => {
    const [, section, name, value] = /^([^.=]+)\.([^=]+)='(.*)'$/.exec(line) ?? [];
    return section === undefined ? [] : [{ rank: sections.indexOf(section), name, value }];
  });
  const counting = settings.filter(({ rank, name }) => rank >= 0 && !harmless.has(name));
  // Python escapes what stands between quotes; a list has one value on each line.
  if (counting.some(({ name, value }) => !Object.hasOwn(variables, name) || value.includes('\\'))) return undefined;
  const ordered = counting.toSorted((one, other) => one.rank - other.rank);
  return Object.fromEntries(ordered.map(({ name, value }) => [variables[name], value]));
}

/** Installs packages into the environment of this Python, and returns whether that worked. */
export async function uvInstall({ program, env, cache }, python, args) {
  // Only wheels, as with pip. Environments share the files of the packages that they have in common.
  const install = ['pip', 'install', '--quiet', '--only-binary', ':all:', '--cache-dir', cache, '--python', python];
  const { code } = await capture(program, [...install, ...args], { env, inGroup: true });
  return code === 0;
}
