// A plugin in place of awsx, which knows its VPC with isolated subnets alone. Inputs and outputs are those of awsx 3.9.0.
import { createRequire } from 'node:module';

import { credentials } from '@grpc/grpc-js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import monitorService from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import resource from '@pulumi/pulumi/proto/resource_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

import type { Facts } from '../aws/template.ts';
import { facts, toStruct } from './messages.ts';
import { unary } from './serve.ts';
import type { Plugin } from './serve.ts';

const awsVersion: string = createRequire(import.meta.url)('@pulumi/aws/package.json').version;
const vpcType = 'awsx:ec2:Vpc';
/** Marks a special value among plain ones, and a reference to a resource among those (Pulumi's wire format). */
const [specialMark, referenceMark] = ['4dabf18193072939515e22adb298388d', '5cf8f73096256a8f31e491e813e4eb8e'];
const defaultZones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const methods = {
  getPluginInfo: unary(() => new plugin.PluginInfo().setVersion('3.9.0')),
  checkConfig: unary((request: provider.CheckRequest) => new provider.CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(() => new provider.DiffResponse().setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE)),
  configure: unary(() =>
    new provider.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true).setAcceptresources(true),
  ),
  construct: unary(construct),
  cancel: unary(() => new empty.Empty()),
};

/** Creates a provider of awsx. */
export function awsxProvider(): Plugin {
  return { service: providerService.ResourceProviderService, methods };
}

/** A resource as the engine has registered it. */
interface Registered {
  readonly urn: string;
  readonly id: string;
}

async function construct(request: provider.ConstructRequest): Promise<provider.ConstructResponse> {
  if (request.getType() !== vpcType)
    throw new Error(`the stand-in for awsx does not know the type ${request.getType()}`);
  const { cidrBlock, availabilityZoneNames, numberOfAvailabilityZones, subnetSpecs, natGateways, tags, ...others } =
    facts(request.getInputs());
  checkShape({ subnetSpecs, natGateways });
  const monitor = new monitorService.ResourceMonitorClient(request.getMonitorendpoint(), credentials.createInsecure());
  const name = request.getName();
  const declared = (type: string, of: { name: string; parent: string; inputs?: Facts }): Promise<Registered> =>
    registered(monitor, type, of);
  const component = await declared(vpcType, { name, parent: request.getParent() });
  const { enableDnsHostnames, enableDnsSupport } = others;
  const vpc = await declared('aws:ec2/vpc:Vpc', {
    name,
    parent: component.urn,
    inputs: { cidrBlock, enableDnsHostnames, enableDnsSupport, tags },
  });
  const zones =
    (availabilityZoneNames as readonly string[] | undefined) ??
    defaultZones.slice(0, Number(numberOfAvailabilityZones));
  const parts = zones.map(async (zone, index) => {
    const part = { name: `${name}-${index + 1}`, parent: vpc.urn };
    const inputs = { vpcId: vpc.id, tags };
    const subnet = { availabilityZone: zone, cidrBlock: blockOf(String(cidrBlock), zones.length, index) };
    return Promise.all([
      declared('aws:ec2/subnet:Subnet', { ...part, inputs: { ...inputs, ...subnet } }),
      declared('aws:ec2/routeTable:RouteTable', { ...part, inputs }),
    ]);
  });
  const made = await Promise.all(parts);
  monitor.close();
  const outputs = {
    vpcId: vpc.id,
    isolatedSubnetIds: made.map(([{ id }]) => id),
    routeTables: made.map(([, { urn, id }]) => ({ [specialMark]: referenceMark, urn, id, packageVersion: awsVersion })),
  };
  return new provider.ConstructResponse().setUrn(component.urn).setState(toStruct(outputs));
}

/** One block of each zone, of the size of the next power of two. */
function blockOf(block: string, count: number, index: number): string {
  const [address = '', prefix = ''] = block.split('/');
  const part = Number(prefix) + Math.ceil(Math.log2(count));
  const start = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0) + index * 2 ** (32 - part);
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(start / 2 ** bits) % 256);
  return `${bytes.join('.')}/${part}`;
}

function checkShape(inputs: Facts): void {
  const known = { subnetSpecs: [{ type: 'Isolated', name: 'functions' }], natGateways: { strategy: 'None' } };
  for (const [name, value] of Object.entries(known)) {
    const given = JSON.stringify(inputs[name], ['strategy', 'type', 'name']);
    if (given !== JSON.stringify(value, ['strategy', 'type', 'name']))
      throw new Error(`the stand-in for awsx does not know this ${name}: ${given}`);
  }
}

function registered(
  monitor: monitorService.ResourceMonitorClient,
  type: string,
  { name, parent, inputs = {} }: { name: string; parent: string; inputs?: Facts },
): Promise<Registered> {
  const request = new resource.RegisterResourceRequest()
    .setType(type)
    .setName(name)
    .setParent(parent)
    .setCustom(type !== vpcType)
    .setVersion(type === vpcType ? '' : awsVersion)
    .setAcceptresources(true)
    .setObject(toStruct(inputs));
  return new Promise((resolve, reject) => {
    monitor.registerResource(request, (error, answer) => {
      if (error) reject(error);
      else resolve({ urn: answer.getUrn(), id: answer.getId() });
    });
  });
}
