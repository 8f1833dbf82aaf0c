// Read before anything is installed, by any Node from 20 on: plain JavaScript, Node's own modules only.
// @ts-check
import { parseArgs } from 'node:util';

/** @import { Bedrock, OpenAi, Options, SageMaker } from './options.ts' */
/** @typedef {Readonly<Record<string, string | undefined>>} Variables */

/** A command line that cannot be understood. Its message is one line. */
export class UsageError extends Error {}

/** AWS region where neither the command line nor the stack names one. */
export const defaultRegion = 'us-east-1';

/** Output of `npm start -- --help`. */
export const helpText = `npm start -- [options]: serves the gateway on this machine, as \`npx pulumi up\` would deploy it.

Where it listens
  --port <number>              8787 when left out; 0 takes a free one
  --host <name or address>     the interface (127.0.0.1)
  --https                      HTTPS instead of HTTP, with a certificate made at each start; boto3 needs it from
                               1.44 on

What answers
  --bedrock simulator|aws|<url>
                               the embedded simulator (default), the real service, or any server that speaks
                               Bedrock's wire format, control plane included
  --openai-base <url>          the server behind models with "openai:", its /v1 included; else OPENAI_UPSTREAM_URL,
                               else an embedded simulator. Its key is OPENAI_UPSTREAM_KEY, else a made-up one
  --sagemaker simulator|<url>  the embedded simulator (default), or any server that speaks the wire format of
                               SageMaker's runtime; calls are signed with keys that are good on this machine only

What is served
  --stack <name>               whose Pulumi.<name>.yaml is read (dev; without Pulumi.dev.yaml a demo is served)
  --region <region>            where the stack would be built (the stack's own aws:region, else ${defaultRegion};
                               with --bedrock aws, AWS_REGION and AWS_DEFAULT_REGION come before that)
  --models-parameter <file>    the value of the SSM parameter that the stack's modelsParameter names (one is made up
                               where it names none): JSON of further models, read again when the gateway does
  --cors                       pages of this machine may call it, from any port: adds http://localhost:* and the like
                               to the stack's cors, which is empty unless it is configured

What it prints
  --log text|json              a line for each request to read (default), or the JSON lines of the functions
                               (default with --json); on standard error
  --json                       when ready, one line of JSON on standard output, and nothing else
  --help                       this text
`;

const flags = /** @type {const} */ ({
  port: { type: 'string', default: '8787' },
  host: { type: 'string', default: '127.0.0.1' },
  https: { type: 'boolean', default: false },
  bedrock: { type: 'string', default: 'simulator' },
  'openai-base': { type: 'string' },
  sagemaker: { type: 'string', default: 'simulator' },
  'models-parameter': { type: 'string' },
  region: { type: 'string' },
  stack: { type: 'string' },
  log: { type: 'string' },
  cors: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Shell variables of the server behind `openai:`. Not OPENAI_BASE_URL, which clients have: it is this gateway there. */
const openAiUrlVariable = 'OPENAI_UPSTREAM_URL';
const openAiKeyVariable = 'OPENAI_UPSTREAM_KEY';

/**
 * What the command line asks for, and the variables of this machine that it leaves room for. Throws UsageError.
 * @param {readonly string[]} args
 * @param {Variables} env
 * @returns {Options | 'help'}
 */
export function readOptions(args, env) {
  const given = parse(args);
  if (given.help) return 'help';
  const { region, json } = given;
  const own = {
    host: match('host', given.host, { pattern: /^[\w.:%-]+$/, wanted: 'a name or an address' }),
    port: portNumber(given.port),
  };
  return {
    ...own,
    stack: match('stack', given.stack ?? 'dev', { pattern: /^[\w.-]{1,100}$/, wanted: 'the name of a stack' }),
    isStackNamed: given.stack !== undefined,
    json,
    https: given.https,
    cors: given.cors,
    log: logAs(given.log ?? (json ? 'json' : 'text')),
    modelsParameter: given['models-parameter'],
    bedrock: bedrockAt(given.bedrock, { env, own }),
    openai: openAiAt(given['openai-base'], { env, own }),
    sagemaker: sageMakerAt(given.sagemaker, own),
    region:
      region === undefined ? undefined : match('region', region, { pattern: regionPattern, wanted: 'a region of AWS' }),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(reason(error, args));
  }
}

/**
 * Node's message without its advice, and the option that was probably meant.
 * @param {unknown} error
 * @param {readonly string[]} args
 */
function reason(error, args) {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const [said = ''] = String(message).split(/(?<=')\. |\n/);
  const unknown = /^Unknown option '-*([^']*)'/.exec(said)?.[1] ?? /^Unexpected argument '([^']*)'/.exec(said)?.[1];
  const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(flags));
  const advice = near === undefined ? 'see npm start -- --help' : `did you mean --${near}?`;
  // npm takes options that come before `--` for its own, and drops their names.
  const lost = said.startsWith('Unexpected') && !args.some((each) => each.startsWith('--')) && near === undefined;
  return `${said} (${lost ? 'options come after --, as in: npm start -- --port 8080' : advice})`;
}

/**
 * The name that needs the fewest changes to be the one that was typed, if these are few.
 * @param {string} typed
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function nearest(typed, names) {
  const [best] = names
    .map((name) => ({ name, changes: name.startsWith(typed) && typed.length > 1 ? 0 : distance(typed, name) }))
    .sort((a, b) => a.changes - b.changes);
  return best && best.changes <= Math.max(2, best.name.length / 2) ? best.name : undefined;
}

/**
 * Levenshtein's distance. A package does the same elsewhere, which is not installed yet here.
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let line = 0; line < Math.min(a.length, 100); line += 1) {
    const next = [line + 1];
    for (let at = 1; at <= b.length; at += 1) {
      const replaced = (row[at - 1] ?? 0) + (a[line] === b[at - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** @param {string} value */
function portNumber(value) {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not '${value}'`);
}

/**
 * @param {string} value
 * @returns {'text' | 'json'}
 */
function logAs(value) {
  if (value === 'text' || value === 'json') return value;
  throw new UsageError(`--log must be text or json, not '${value}'`);
}

/** @typedef {{ readonly host: string, readonly port: number }} Address */

/**
 * @param {string} value
 * @param {{ env: Variables, own: Address }} where
 * @returns {Bedrock}
 */
function bedrockAt(value, { env, own }) {
  if (value === 'simulator') return { kind: 'simulator' };
  if (value === 'aws') return { kind: 'aws', key: env['AWS_BEARER_TOKEN_BEDROCK'] || undefined, region: regionIn(env) };
  const url = httpUrl(value);
  if (url !== undefined) return { kind: 'url', url: elsewhere('--bedrock', url, own) };
  throw new UsageError(`--bedrock must be simulator, aws or a URL (http or https), not '${value}'`);
}

/**
 * The region that AWS's own clients would use.
 * @param {Variables} env
 */
function regionIn(env) {
  const [name, value] =
    ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((each) => [each, env[each]]).find(([, each]) => each) ?? [];
  if (value === undefined || regionPattern.test(value)) return value;
  throw new UsageError(`${name} must be a region of AWS, not '${value}'`);
}

/**
 * @param {string | undefined} flag
 * @param {{ env: Variables, own: Address }} where
 * @returns {OpenAi}
 */
function openAiAt(flag, { env, own }) {
  const [name, value] = flag === undefined ? [openAiUrlVariable, env[openAiUrlVariable]] : ['--openai-base', flag];
  if (flag === undefined && !value) return { kind: 'simulator' };
  const url = httpUrl(value ?? '');
  if (url !== undefined)
    return { kind: 'url', url: elsewhere(name, url, own), key: env[openAiKeyVariable] || undefined };
  throw new UsageError(`${name} must be a URL (http or https), not '${value}'`);
}

/**
 * @param {string} value
 * @param {Address} own
 * @returns {SageMaker}
 */
function sageMakerAt(value, own) {
  if (value === 'simulator') return { kind: 'simulator' };
  const url = httpUrl(value);
  if (url !== undefined) return { kind: 'url', url: elsewhere('--sagemaker', url, own) };
  throw new UsageError(`--sagemaker must be simulator or a URL (http or https), not '${value}'`);
}

/**
 * Refuses the address at which this gateway will listen: each call would call the gateway again.
 * @param {string} name
 * @param {string} url
 * @param {Address} own
 */
function elsewhere(name, url, own) {
  const { hostname, port, protocol } = new URL(url);
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1?\]|0\.0\.0\.0)$/.test(hostname) || hostname === own.host;
  const number = port === '' ? { 'http:': 80, 'https:': 443 }[protocol] : Number(port);
  if (!isLocal || number !== own.port) return url;
  throw new UsageError(
    `${name} is ${url}, where this gateway itself listens: name the server behind it, or listen elsewhere with --port`,
  );
}

/**
 * Without slashes at its end; undefined when it is something else.
 * @param {string} value
 */
function httpUrl(value) {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value.replace(/\/+$/, '') : undefined;
}

/**
 * @param {string} flag
 * @param {string} value
 * @param {{ pattern: RegExp, wanted: string }} rule
 */
function match(flag, value, { pattern, wanted }) {
  if (pattern.test(value)) return value;
  throw new UsageError(`--${flag} must be ${wanted}, not '${value}'`);
}
