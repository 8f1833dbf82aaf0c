import { readFile } from 'node:fs/promises';
import { baseUrlOf } from '../../cli/base-url.ts';
import { Failure as CliFailure } from '../../cli/failure.ts';
import { printable } from '../../cli/printable.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { readFlags, stackName, type GivenFlags } from '../command-line.ts';
import { Failure } from '../failure.ts';
import { readStackFile, regionOfArn, type ReadOutputs } from '../stack.ts';
import { codeOf } from './answers.ts';
import { failed, ok, type Check } from './check.ts';
import { checkText, reportJson, summaryText } from './report.ts';
import { diagnose, type Instruments, type Patient } from './run.ts';

/** The output of `--help`. */
const doctorHelp = `npm run doctor -- --stack <name>   checks a deployed stack
npm run doctor -- --url <url>      checks the gateway at any base URL

Checks DNS, the certificate, both APIs, the clock, the key, the models, streaming,
quotas and the subscriptions to alarms. Each check is one line: ok, failed or
skipped; a failure has a second line with what fixes it.

  --stack <name>      a stack of this folder, whose outputs Pulumi reads
  --url <url>         a base URL, such as https://openai.example.com/v1
  --key-file <file>   read the API key from this file; - is standard input.
                      Without it, the key is BEDROCK_GATEWAY_API_KEY
  --model <names>     names that the list of models must have, separated by commas;
                      the first is called for the check of streaming
  --call-models       call every model of the list, or those of --model, for one
                      token: each call is billed
  --insecure-http     allow plain http to another machine
  --json              print one JSON document
  --help              print this text

With a key, one model is asked for at most 200 tokens, to see how they arrive.
Quotas and subscriptions need --stack and AWS credentials
(servicequotas:GetServiceQuota, sns:ListSubscriptionsByTopic).

Exit codes: 0 nothing failed, 1 a check failed, 2 invalid command line.
`;

/** What the command works with. */
export interface Practice {
  /** The folder of the project. */
  readonly root: string;
  readonly terminal: Terminal;
  readonly outputs: ReadOutputs;
  readonly instruments: Instruments;
}

/** Runs the command line of `npm run doctor`, and resolves with its exit code: 0 nothing failed, 1 a check failed, 2 not understood. */
export async function doctor(args: readonly string[], practice: Practice): Promise<number> {
  const { terminal } = practice;
  try {
    const given = readFlags(args, {
      valued: ['stack', 'url', 'key-file', 'model'],
      plain: ['call-models', 'insecure-http', 'json', 'help'],
    });
    if (given.has('help')) {
      await terminal.out(doctorHelp);
      return 0;
    }
    return await examine(given, practice);
  } catch (error) {
    if (!(error instanceof Failure || error instanceof CliFailure)) throw error;
    terminal.err(`Error: ${printable(error.message)}\n${error.fix === undefined ? '' : `${printable(error.fix)}\n`}`);
    return error.exitCode;
  }
}

async function examine(given: GivenFlags, practice: Practice): Promise<number> {
  const { terminal } = practice;
  const isJson = given.has('json');
  const checks: Check[] = [];
  const add = async (check: Check): Promise<void> => {
    checks.push(check);
    if (!isJson) await terminal.out(checkText(check));
  };
  const { patient, first } = await admit(given, practice);
  if (first !== undefined) await add(first);
  if (patient !== undefined) for await (const check of diagnose(patient, practice.instruments)) await add(check);
  await terminal.out(isJson ? reportJson(patient?.baseUrl, checks) : summaryText(checks));
  return checks.some(({ status }) => status === 'failed') ? 1 : 0;
}

interface Admission {
  /** Undefined if the stack could not be read. */
  readonly patient: Patient | undefined;
  /** The check of the stack itself. */
  readonly first?: Check;
}

async function admit(given: GivenFlags, practice: Practice): Promise<Admission> {
  const { stack, url } = { stack: given.value('stack'), url: given.value('url') };
  if ((stack === undefined) === (url === undefined))
    throw new Failure('name either a stack (--stack <name>) or a base URL (--url <url>)', { exitCode: 2 });
  const named = (given.value('model') ?? '').split(',').filter((name) => name !== '');
  const common = { key: await keyOf(given, practice.terminal), named, callsModels: given.has('call-models') };
  if (stack !== undefined) return await ofStack(stackName(stack), common, practice);
  const baseUrl = baseUrlOf(url ?? '', { source: '--url', isInsecureAllowed: given.has('insecure-http') });
  return { patient: { ...common, baseUrl, wanted: named, cloud: 'only --stack names an account and a region' } };
}

type Common = Pick<Patient, 'key' | 'named' | 'callsModels'>;

async function ofStack(stack: string, common: Common, { root, outputs, terminal }: Practice): Promise<Admission> {
  const file = readStackFile(root, stack);
  try {
    const { baseUrl, alertTopicArn } = await outputs(stack);
    if (baseUrl === undefined)
      throw new Failure('it has no output baseUrl', { fix: `Deploy it: npx pulumi up --stack ${stack}` });
    const topicArn = file.alarmTopicArn ?? alertTopicArn;
    const region = file.region ?? regionOfArn(topicArn) ?? terminal.env['AWS_REGION'];
    const patient: Patient = {
      ...common,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      wanted: common.named.length > 0 ? common.named : file.models,
      cloud: region === undefined ? 'the region is not known: set AWS_REGION' : { region, topicArn },
    };
    return { patient, first: ok('stack', `${stack} is at ${patient.baseUrl}`) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      patient: undefined,
      first: failed('stack', `${stack}: ${error.message}`, error.fix ?? 'npx pulumi stack ls'),
    };
  }
}

const keyVariable = 'BEDROCK_GATEWAY_API_KEY';

/** The key, which is never on the command line, where other users could read it. Rejects with a Failure that does not quote it. */
async function keyOf(given: GivenFlags, terminal: Terminal): Promise<Patient['key']> {
  const file = given.value('key-file');
  const found =
    file === undefined
      ? { source: keyVariable, text: terminal.env[keyVariable] ?? '' }
      : { source: file === '-' ? 'standard input' : file, text: await readKeyFile(file, terminal) };
  const text = found.text.trim();
  if (text === '' && file === undefined) return undefined;
  if (/^[!-~]{1,8192}$/.test(text)) return { ...found, text };
  throw new Failure(`${found.source} has no key`, { exitCode: 2, fix: 'A key is a single word of ASCII characters.' });
}

async function readKeyFile(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return await terminal.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`the key file ${file} cannot be read (${codeOf(error)})`, { exitCode: 2 });
  }
}
