import { accountId } from '../../account.ts';
import { BoundedMap } from '../../bounded-map.ts';
import { chanceOf } from '../common/chance.ts';
import { writeJson } from '../common/server.ts';
import type { Iam } from '../../iam/verify.ts';
import type { Call } from './answering.ts';
import { authorize } from './authenticate.ts';
import { BedrockError, invalid } from './bedrock-error.ts';
import { readJson } from './body.ts';
import { bodyOf, checkParameter } from './constraints.ts';
import { modelArn, type Region } from './region.ts';
import { callable } from './resolve.ts';
import type { StartAsyncInvoke } from './wire.ts';

interface Invocation {
  readonly invocationArn: string;
  readonly modelArn: string;
  readonly clientRequestToken?: string;
  readonly status: 'Completed';
  readonly submitTime: string;
  readonly lastModifiedTime: string;
  readonly endTime: string;
  readonly outputDataConfig: object;
}

// The models of the simulated region that can be invoked so.
const asyncModels = /^amazon\.nova-2-multimodal-embeddings/;
const defaultPageSize = 100;
const maxInvocations = 10_000;

/** Asynchronous invocations of one region, each over as soon as it is started; nothing is written to S3. */
export class AsyncInvokes {
  readonly #region: Region;
  readonly #iam: Iam | undefined;
  readonly #started = new BoundedMap<string, Invocation>(maxInvocations);
  #count = 0;

  constructor(region: Region, iam: Iam | undefined) {
    this.#region = region;
    this.#iam = iam;
  }

  start({ body, response, caller }: Omit<Call, 'modelId'>): void {
    const request = bodyOf('StartAsyncInvoke', readJson(body));
    const { model, arns } = callable(request.modelId, this.#region);
    authorize(caller, { action: 'bedrock:InvokeModel', resources: arns }, this.#iam);
    if (!asyncModels.test(model.id)) throw invalid("The provided model doesn't support asynchronous invocation.");
    const { clientRequestToken: token } = request;
    const before = [...this.#started.values()].find((each) => token !== undefined && each.clientRequestToken === token);
    if (before !== undefined && before.modelArn !== modelArn(this.#region.name, model.id)) throw conflict();
    const invocation = before ?? this.#add(request, modelArn(this.#region.name, model.id));
    writeJson(response, { invocationArn: invocation.invocationArn });
  }

  get({ response, caller }: Omit<Call, 'modelId'>, invocationArn: string): void {
    checkParameter('GetAsyncInvoke', 'invocationArn', invocationArn);
    authorize(caller, { action: 'bedrock:GetAsyncInvoke', resources: [invocationArn] }, this.#iam);
    const invocation = this.#started.get(invocationArn);
    if (invocation === undefined) throw invalid('The requested invocation was not found.');
    writeJson(response, invocation);
  }

  list({ response, caller }: Omit<Call, 'modelId'>, query: URLSearchParams): void {
    for (const [name, value] of query) checkParameter('ListAsyncInvokes', name, value);
    authorize(caller, { action: 'bedrock:ListAsyncInvokes', resources: ['*'] }, this.#iam);
    const status = query.get('statusEquals') ?? 'Completed';
    const all = [...this.#started.values()].filter((each) => each.status === status);
    const ordered = query.get('sortOrder') === 'Ascending' ? all : all.toReversed();
    const from = Number(query.get('nextToken') ?? 0);
    const to = from + Number(query.get('maxResults') ?? defaultPageSize);
    const nextToken = to < ordered.length ? String(to) : undefined;
    writeJson(response, { asyncInvokeSummaries: ordered.slice(from, to), ...(nextToken && { nextToken }) });
  }

  #add({ clientRequestToken, outputDataConfig }: StartAsyncInvoke, arn: string): Invocation {
    const id = chanceOf(`invocation ${this.#count}`).id(12).toLowerCase();
    this.#count += 1;
    const time = new Date().toISOString();
    const invocation: Invocation = {
      invocationArn: `arn:aws:bedrock:${this.#region.name}:${accountId}:async-invoke/${id}`,
      modelArn: arn,
      ...(clientRequestToken !== undefined && { clientRequestToken }),
      status: 'Completed',
      submitTime: time,
      lastModifiedTime: time,
      endTime: time,
      outputDataConfig,
    };
    this.#started.set(invocation.invocationArn, invocation);
    return invocation;
  }
}

function conflict(): BedrockError {
  return new BedrockError('ConflictException', 'The clientRequestToken was used with another request.');
}
