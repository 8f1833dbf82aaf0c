import { awsChecks, checkQuotas, checkSubscriptions, subscriptionsCheck } from './account.ts';
import { codeOf } from './answers.ts';
import type { Aws } from './aws.ts';
import { checkCertificate } from './certificate.ts';
import { skipped, type Check } from './check.ts';
import { checkDns, type Lookup } from './dns.ts';
import { httpApiCheck, judgeChat, judgeClock, judgeHealth, restApiCheck, unreachable } from './edges.ts';
import { exchange, type Answer, type Question, type Stopwatch } from './exchange.ts';
import { chatCandidates, checkModel, judgeKey, judgeList, listed, notCalled, type ModelsTarget } from './models.ts';
import { brokenStream, judgeStream, longAnswerTokens, longQuestion } from './streaming.ts';

/** What the doctor looks at. */
export interface Patient {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly key?: { readonly text: string; readonly source: string } | undefined;
  /** Names that the list of models must have: of the stack's config, or of the command line. */
  readonly wanted: readonly string[];
  /** Names of the command line alone, which are tried first and called alone. */
  readonly named: readonly string[];
  readonly callsModels: boolean;
  /** The stack's part of AWS; without it, checks that ask AWS are skipped for this reason. */
  readonly cloud: Cloud | string;
}

/** The stack's part of AWS. */
export interface Cloud {
  readonly region: string;
  /** The topic that alarms go to; undefined if there is none. */
  readonly topicArn: string | undefined;
}

/** What the doctor has of its machine. */
export interface Instruments {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly stopwatch?: Stopwatch;
  readonly lookup: Lookup;
  readonly aws: (region: string) => Promise<Aws>;
}

/** Makes every check, in order, and yields each result as it is there. A check that needs one that failed is skipped. */
export async function* diagnose(patient: Patient, instruments: Instruments): AsyncGenerator<Check> {
  const url = new URL(patient.baseUrl);
  const dns = await checkDns(url, instruments.lookup);
  yield dns;
  if (dns.status === 'failed') yield* skipAll(gatewayChecks, 'the host has no address');
  else yield* ofGateway(patient, url, instruments);
  yield* ofAccount(patient.cloud, instruments);
}

const keyChecks = ['key', 'models', 'streaming'];
const gatewayChecks = ['certificate', httpApiCheck, 'clock', restApiCheck, ...keyChecks];

function skipAll(names: readonly string[], why: string): Check[] {
  return names.map((name) => skipped(name, why));
}

async function* ofGateway(patient: Patient, url: URL, instruments: Instruments): AsyncGenerator<Check> {
  yield await checkCertificate(url, instruments.now());
  const health = await tried({ method: 'GET', url: `${patient.baseUrl}/health` });
  if (!health.ok) {
    yield unreachable(httpApiCheck, health.error);
    yield* skipAll(gatewayChecks.slice(2), 'there was no answer');
    return;
  }
  yield judgeHealth(health.answer);
  yield judgeClock(health.answer, instruments.now());
  const chat = await tried({ method: 'POST', url: `${patient.baseUrl}/chat/completions`, body: {} });
  yield chat.ok ? judgeChat(chat.answer) : unreachable(restApiCheck, chat.error);
  yield* withKey(patient, instruments);
}

type Tried = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly error: unknown };

async function tried(question: Question): Promise<Tried> {
  try {
    return { ok: true, answer: await exchange(question) };
  } catch (error) {
    return { ok: false, error };
  }
}

async function* withKey(patient: Patient, instruments: Instruments): AsyncGenerator<Check> {
  const { baseUrl, key, named, wanted } = patient;
  if (key === undefined) {
    yield* skipAll(keyChecks, 'no key: set BEDROCK_GATEWAY_API_KEY, or pass --key-file -');
    return;
  }
  const target: ModelsTarget = { baseUrl, key: key.text, keySource: key.source };
  const list = await tried({ method: 'GET', url: `${baseUrl}/models`, key: key.text });
  if (!list.ok) {
    yield unreachable('key', list.error);
    yield* skipAll(keyChecks.slice(1), 'there was no answer');
    return;
  }
  const judged = judgeKey(list.answer, target);
  yield judged;
  if (judged.status === 'failed') {
    yield* skipAll(keyChecks.slice(1), 'the key was refused');
    return;
  }
  const names = listed(list.answer) ?? [];
  yield judgeList(names, wanted);
  if (patient.callsModels) for (const name of named.length > 0 ? named : names) yield await checkModel(name, target);
  else yield notCalled();
  yield await checkStreaming(target, chatCandidates([...named, ...wanted], names), instruments);
}

/** The most models that are tried until one streams: the first may be one that this key cannot call. */
const maxCandidates = 3;

async function checkStreaming(
  { baseUrl, key }: ModelsTarget,
  candidates: readonly string[],
  { stopwatch }: Instruments,
): Promise<Check> {
  let last: Check = skipped('streaming', 'the list of this key has no chat model: name one with --model');
  for (const model of candidates.slice(0, maxCandidates)) {
    const body = {
      model,
      stream: true,
      max_tokens: longAnswerTokens,
      messages: [{ role: 'user', content: longQuestion }],
    };
    try {
      const answer = await exchange({ method: 'POST', url: `${baseUrl}/chat/completions`, key, body }, stopwatch);
      last = judgeStream(answer, model);
      if (answer.status === 200) return last;
    } catch (error) {
      return brokenStream(error, model);
    }
  }
  return last;
}

async function* ofAccount(cloud: Cloud | string, instruments: Instruments): AsyncGenerator<Check> {
  if (typeof cloud === 'string') {
    yield* skipAll(awsChecks, cloud);
    return;
  }
  const { region, topicArn } = cloud;
  const aws = await instruments.aws(region);
  try {
    await aws.ready();
  } catch (error) {
    yield* skipAll(awsChecks, `no AWS credentials (${codeOf(error).slice(0, 200)}): set AWS_PROFILE, or log in`);
    return;
  }
  yield* await checkQuotas(aws, topicArn?.split(':')[4]);
  yield topicArn === undefined
    ? skipped(subscriptionsCheck, 'the stack has no topic')
    : await checkSubscriptions(aws, topicArn);
}
