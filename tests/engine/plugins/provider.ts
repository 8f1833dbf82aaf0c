// A plugin in place of the AWS provider. Its facts about AWS are in tests/engine/aws.
import { createRequire } from 'node:module';

import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

import type { Account } from '../aws/account.ts';
import { checkCredentials } from '../aws/credentials.ts';
import { invoke } from '../aws/invokes.ts';
import { plan, planUpdate } from '../aws/preview.ts';
import { resourceType } from '../aws/resource-types.ts';
import { StandIn, changed, random } from '../aws/stand-in.ts';
import type { Facts } from '../aws/template.ts';
import { facts, named, toStruct } from './messages.ts';
import { unary } from './serve.ts';
import type { Plugin } from './serve.ts';

const pluginVersion: string = createRequire(import.meta.url)('@pulumi/aws/package.json').version;

/** What a command gives its plugins: an AWS account, and what every process gets from its parent. */
export interface Command {
  readonly account: Account;
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
}

/** Creates a provider for a command. */
export function awsProvider({ account, environment, folder }: Command): Plugin {
  let aws: StandIn | undefined;
  const standIn = (): StandIn => {
    if (!aws) throw new Error('the provider has not been configured');
    return aws;
  };
  const methods = {
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(pluginVersion)),
    checkConfig: unary((request: provider.CheckRequest) => {
      const answer = new provider.CheckResponse().setInputs(request.getNews());
      const failure = checkCredentials(environment, facts(request.getNews()));
      return failure === undefined
        ? answer
        : answer.addFailures(new provider.CheckFailure().setReason(failure)) && answer;
    }),
    diffConfig: unary(() => new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary((request: provider.ConfigureRequest) => {
      aws = new StandIn({ account, region: String(facts(request.getArgs())['region']), folder });
      return new provider.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary((request: provider.InvokeRequest) =>
      new provider.InvokeResponse().setReturn(toStruct(invoke(account, request.getTok(), facts(request.getArgs())))),
    ),
    check: unary(check),
    diff: unary(diff),
    create: unary((request: provider.CreateRequest) => create(request, standIn())),
    read: unary((request: provider.ReadRequest) => read(request, account)),
    update: unary((request: provider.UpdateRequest) => update(request, standIn())),
    delete: unary((request: provider.DeleteRequest) => {
      standIn().delete(request.getId(), { ...named(request.getUrn()), inputs: facts(request.getOldInputs()) });
      return new empty.Empty();
    }),
    cancel: unary(() => new empty.Empty()),
  };
  return { service: providerService.ResourceProviderService, methods };
}

/** Generates a name if the program sets none; a resource keeps its generated name. */
function check(request: provider.CheckRequest): provider.CheckResponse {
  const { type, name } = named(request.getUrn());
  const inputs = { ...facts(request.getNews()) };
  const old = facts(request.getOlds());
  const { autoNamed } = resourceType(type);
  if (autoNamed !== undefined && inputs[autoNamed] === undefined) {
    inputs[autoNamed] = madeUp(old, autoNamed) ?? `${name}-${random(7)}`;
    inputs['__defaults'] = [autoNamed];
  }
  return new provider.CheckResponse().setInputs(toStruct(inputs));
}

function madeUp(old: Facts, input: string): unknown {
  return (old['__defaults'] as readonly string[] | undefined)?.includes(input) ? old[input] : undefined;
}

function diff(request: provider.DiffRequest): provider.DiffResponse {
  const { fixed, autoNamed } = resourceType(named(request.getUrn()).type);
  const [old, now] = [facts(request.getOldInputs()), facts(request.getNews())];
  const differing = changed(old, now);
  const replaced = differing.filter((name) => fixed.includes(name));
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  // A name that the program sets cannot exist twice: the old resource is deleted first.
  const keepsName = autoNamed !== undefined && now['__defaults'] === undefined && !differing.includes(autoNamed);
  return new provider.DiffResponse()
    .setChanges(differing.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(differing)
    .setReplacesList(replaced)
    .setDeletebeforereplace(replaced.length > 0 && keepsName);
}

function create(request: provider.CreateRequest, aws: StandIn): provider.CreateResponse {
  const wish = { ...named(request.getUrn()), inputs: facts(request.getProperties()) };
  if (request.getPreview()) return new provider.CreateResponse().setProperties(toStruct(plan(wish)));
  const { id, outputs } = aws.create(wish);
  return new provider.CreateResponse().setId(id).setProperties(toStruct(outputs));
}

/** Reads a resource for a refresh; one that is gone has no id. */
function read(request: provider.ReadRequest, account: Account): provider.ReadResponse {
  const kept = account.find(named(request.getUrn()).type, request.getId());
  if (!kept) return new provider.ReadResponse();
  const { inputs, outputs } = kept;
  return new provider.ReadResponse().setId(kept.id).setInputs(toStruct(inputs)).setProperties(toStruct(outputs));
}

function update(request: provider.UpdateRequest, aws: StandIn): provider.UpdateResponse {
  const wish = { ...named(request.getUrn()), inputs: facts(request.getNews()) };
  const outputs = request.getPreview()
    ? planUpdate(wish, { inputs: facts(request.getOldInputs()), outputs: facts(request.getOlds()) })
    : aws.update(request.getId(), wish).outputs;
  return new provider.UpdateResponse().setProperties(toStruct(outputs));
}
