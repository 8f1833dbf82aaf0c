// Read before anything is installed, by any Node from 20 on: plain JavaScript, Node's own modules only.
// @ts-check
import { parseArgs } from 'node:util';
import { UsageError, nearest } from '../local/command-line.mjs';

/** @typedef {'preview' | 'up' | 'refresh' | 'destroy' | 'outputs' | 'drift' | 'bootstrap'} FleetCommand */
/**
 * @typedef {object} CanaryPlan
 * @property {number} percent the share of requests that new versions get
 * @property {number} requests requests of new versions after which they are judged
 * @property {number} minutes minutes after which they are judged, whatever they served
 */
/**
 * @typedef {object} FleetOptions
 * @property {FleetCommand} command
 * @property {string} file the path of customers.yaml
 * @property {readonly string[] | undefined} only names of customers; undefined for all
 * @property {number} parallel stacks at the same time
 * @property {boolean} yes whether changes are applied without a preview and a question
 * @property {boolean} deleteData whether destroy may delete tables and buckets
 * @property {boolean} json
 * @property {CanaryPlan | undefined} canary how up rolls out new versions; undefined for all requests at once
 */

/** Output of `npm run fleet -- --help`. */
export const fleetHelp = `npm run fleet -- <command> [options]: one stack for each customer in customers.yaml.

Commands
  preview              shows what up would change
  up                   deploys: shows what would change, asks, and applies it
  refresh              takes what changed on AWS into the state: shows it, asks, and applies it
  destroy              deletes the stacks: shows what would be deleted, asks, and deletes it
  outputs              prints the outputs of the stacks
  drift                tells what differs on AWS from the state, and changes nothing
  bootstrap            sets up what each account and region needs once: shows it, asks, and applies it

Options
  --file <path>        the file with the customers (customers.yaml)
  --only <a,b>         these customers alone
  --parallel <number>  stacks at the same time (4); in one account fewer, if its quotas require that
  --yes                applies without a preview and without asking
  --delete-data        lets destroy delete tables, user pools and buckets, with all keys and files in them
  --canary <percent>   lets up send this share of the requests to the new versions, compare them with the old
                       ones, and then complete or go back
  --canary-requests <number>
                       requests of the new versions after which they are judged (500)
  --canary-minutes <number>
                       minutes after which they are judged, whatever they served (15)
  --json               outputs prints JSON
  --help               this text

Exit codes
  0                    every customer succeeded
  1                    a customer failed, or was not started
  2                    the command line or the file needs a change; nothing was done
  3                    drift found differences, and no customer failed
`;

/** @type {readonly FleetCommand[]} */
const commands = ['preview', 'up', 'refresh', 'destroy', 'outputs', 'drift', 'bootstrap'];

/** Commands that change something, after a question. */
const asking = new Set(['up', 'refresh', 'destroy', 'bootstrap']);

const flags = /** @type {const} */ ({
  file: { type: 'string', default: 'customers.yaml' },
  only: { type: 'string' },
  parallel: { type: 'string', default: '4' },
  yes: { type: 'boolean', default: false },
  'delete-data': { type: 'boolean', default: false },
  canary: { type: 'string' },
  'canary-requests': { type: 'string' },
  'canary-minutes': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

/** Each stack takes a Node process of its own with half a gigabyte. */
const maxParallel = 50;

/**
 * What the command line of the fleet asks for. Throws UsageError.
 * @param {readonly string[]} args
 * @returns {FleetOptions | 'help'}
 */
export function readFleetOptions(args) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const command = readCommand(positionals);
  checkUse(command, values);
  return {
    command,
    file: values.file,
    only: values.only === undefined ? undefined : names(values.only),
    parallel: readCount('--parallel', values.parallel, maxParallel),
    yes: values.yes,
    deleteData: values['delete-data'],
    json: values.json,
    canary: canaryPlan(command, values),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: true });
  } catch (error) {
    const [said = ''] = String(error instanceof Error ? error.message : error).split(/(?<=')\. |\n/);
    const unknown = /^Unknown option '-*([^']*)'/.exec(said)?.[1];
    const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(flags));
    throw new UsageError(`${said} (${near === undefined ? 'see npm run fleet -- --help' : `did you mean --${near}?`})`);
  }
}

/**
 * @param {readonly string[]} positionals
 * @returns {FleetCommand}
 */
function readCommand([word, extra]) {
  const all = commands.join(', ');
  if (word === undefined) throw new UsageError(`no command given; it is one of: ${all}`);
  if (extra !== undefined) throw new UsageError(`'${extra}' follows the command: customers are named by --only`);
  const command = commands.find((each) => each === word);
  if (command !== undefined) return command;
  const near = nearest(word, commands);
  throw new UsageError(
    `there is no command '${word}' (${near === undefined ? `it is one of: ${all}` : `did you mean ${near}?`})`,
  );
}

/**
 * Refuses options that the command does not have, so that nobody relies on them.
 * @param {FleetCommand} command
 * @param {{ readonly yes: boolean, readonly 'delete-data': boolean, readonly json: boolean }} values
 */
function checkUse(command, values) {
  if (values['delete-data'] && command !== 'destroy')
    throw new UsageError(`--delete-data is for destroy, not for ${command}`);
  if (values.json && command !== 'outputs') throw new UsageError(`--json is for outputs, not for ${command}`);
  if (values.yes && !asking.has(command))
    throw new UsageError(`--yes is for ${[...asking].join(', ')}; ${command} changes nothing`);
}

/**
 * Whether a command asks before it changes anything.
 * @param {FleetOptions} options
 */
export function asksFirst({ command, yes }) {
  return asking.has(command) && !yes;
}

/**
 * @param {FleetCommand} command
 * @param {{ readonly canary?: string | undefined, readonly 'canary-requests'?: string | undefined, readonly 'canary-minutes'?: string | undefined }} values
 * @returns {CanaryPlan | undefined}
 */
function canaryPlan(command, { canary, 'canary-requests': requests, 'canary-minutes': minutes }) {
  if (canary !== undefined && command !== 'up') throw new UsageError(`--canary is for up, not for ${command}`);
  if (canary === undefined && (requests ?? minutes) !== undefined)
    throw new UsageError(
      '--canary-requests and --canary-minutes say when a canary is judged: add --canary, such as --canary 10',
    );
  if (canary === undefined) return undefined;
  return {
    percent: readCount('--canary', canary, 99),
    requests: readCount('--canary-requests', requests ?? '500', 1_000_000),
    minutes: readCount('--canary-minutes', minutes ?? '15', 1_440),
  };
}

/** @param {string} value */
function names(value) {
  const all = value.split(',').map((each) => each.trim());
  if (all.every((each) => each !== '')) return all;
  throw new UsageError(`--only must be names of customers, such as a,b, not '${value}'`);
}

/**
 * @param {string} flag
 * @param {string} value
 * @param {number} max
 */
function readCount(flag, value, max) {
  const count = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (count >= 1 && count <= max) return count;
  throw new UsageError(`${flag} must be a whole number from 1 to ${max}, not '${value}'`);
}
