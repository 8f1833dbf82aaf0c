// A plugin in place of the random provider, which knows passwords of letters and digits alone.
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';

import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

import { changed } from '../aws/stand-in.ts';
import { facts, named, toStruct } from './messages.ts';
import { unary } from './serve.ts';
import type { Plugin } from './serve.ts';

const pluginVersion: string = createRequire(import.meta.url)('@pulumi/random/package.json').version;
const passwordType = 'random:index/randomPassword:RandomPassword';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const methods = {
  getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(pluginVersion)),
  checkConfig: unary((request: provider.CheckRequest) => new provider.CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(() => new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE)),
  configure: unary(() => new provider.ConfigureResponse().setSupportspreview(true)),
  check: unary(check),
  diff: unary(diff),
  create: unary(create),
  read: unary((request: provider.ReadRequest) =>
    new provider.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(request.getProperties()),
  ),
  // A password is nowhere but in the state.
  delete: unary(() => new empty.Empty()),
  cancel: unary(() => new empty.Empty()),
};

/** Creates a random provider. */
export function randomProvider(): Plugin {
  return { service: providerService.ResourceProviderService, methods };
}

function check(request: provider.CheckRequest): provider.CheckResponse {
  const { type } = named(request.getUrn());
  const { length, special } = facts(request.getNews());
  const isKnown = type === passwordType && typeof length === 'number' && special === false;
  if (!isKnown) throw new Error(`the stand-in for the random provider does not know this ${type}`);
  return new provider.CheckResponse().setInputs(request.getNews());
}

/** Every change of an input makes another password. */
function diff(request: provider.DiffRequest): provider.DiffResponse {
  const differing = changed(facts(request.getOldInputs()), facts(request.getNews()));
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  return new provider.DiffResponse()
    .setChanges(differing.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(differing)
    .setReplacesList(differing);
}

function create(request: provider.CreateRequest): provider.CreateResponse {
  const inputs = facts(request.getProperties());
  if (request.getPreview()) return new provider.CreateResponse().setProperties(toStruct(inputs));
  const result = Array.from({ length: Number(inputs['length']) }, () => digits.charAt(randomInt(digits.length)));
  return new provider.CreateResponse().setId('none').setProperties(toStruct({ ...inputs, result: result.join('') }));
}
