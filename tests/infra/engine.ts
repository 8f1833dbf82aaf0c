import { createRequire } from 'node:module';

/** Pulumi's own protocol, and the libraries that it speaks it with, as Pulumi itself finds them. */
const ofPulumi = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));

/** What a call brings, and where its answer goes. */
type Reply = (error: { code: number; details: string } | null, message: unknown) => void;
type Handler = (call: { request: Message }, reply: Reply) => void;

/** The parts of a protobuf message that are used here. */
interface Message {
  getFeature?: () => string;
  getType: () => string;
  getName: () => string;
  getMessage: () => string;
  getSeverity: () => number;
  getObject: () => { toJavaScript: () => Record<string, unknown> };
}

/** A server that a program takes for Pulumi's engine. */
export interface Engine {
  readonly address: string;
  /** Types of resources in the order in which they were declared. */
  readonly types: string[];
  readonly inputs: Map<string, Record<string, unknown>>;
  /** What the program logged as a warning or an error. */
  readonly complaints: string[];
  readonly outputs: () => Record<string, unknown> | undefined;
  readonly close: () => void;
}

const grpc = ofPulumi('@grpc/grpc-js');
const resource = ofPulumi('@pulumi/pulumi/proto/resource_pb.js');
const engine = ofPulumi('@pulumi/pulumi/proto/engine_pb.js');
const { Struct } = ofPulumi('google-protobuf/google/protobuf/struct_pb.js');
const { Empty } = ofPulumi('google-protobuf/google/protobuf/empty_pb.js');
const { ResourceMonitorService } = ofPulumi('@pulumi/pulumi/proto/resource_grpc_pb.js');
const { EngineService } = ofPulumi('@pulumi/pulumi/proto/engine_grpc_pb.js');

const warningSeverity = 2; // LogSeverity of engine.proto; an error is 3

/** What a provider answers when a program looks something up. A string is the reason why it fails. */
export type Lookup = Record<string, unknown> | string;

/** Starts an engine that creates nothing: it gives every resource a URN and an id, and its inputs as outputs, as a preview does. */
export async function startEngine(lookup: Lookup = { zoneId: 'ZFOUND' }): Promise<Engine> {
  const types: string[] = [];
  const inputs = new Map<string, Record<string, unknown>>();
  const complaints: string[] = [];
  let outputs: Record<string, unknown> | undefined;
  const empty: Handler = (_, reply) => reply(null, new Empty());
  const monitor: Record<string, Handler> = {
    supportsFeature: (_, reply) => reply(null, new resource.SupportsFeatureResponse().setHassupport(true)),
    registerResource: ({ request }, reply) => {
      const given = request.getObject();
      types.push(request.getType());
      inputs.set(`${request.getType()}::${request.getName()}`, given.toJavaScript());
      const answer = new resource.RegisterResourceResponse();
      answer.setUrn(`urn:pulumi:test::bedrock-gateway::${request.getType()}::${request.getName()}`);
      reply(null, answer.setId(`${request.getName()}-id`).setObject(given));
    },
    registerResourceOutputs: ({ request }, reply) => {
      const told = request as unknown as { getUrn: () => string; getOutputs: Message['getObject'] };
      if (told.getUrn().includes('pulumi:pulumi:Stack')) outputs = told.getOutputs().toJavaScript();
      reply(null, new Empty());
    },
    invoke: (_, reply) => {
      if (typeof lookup === 'string') return reply({ code: grpc.status.UNKNOWN, details: lookup }, null);
      return reply(null, new resource.ResourceInvokeResponse().setReturn(Struct.fromJavaScript(lookup)));
    },
    registerStackTransform: empty,
    signalAndWaitForShutdown: empty,
  };
  const log: Handler = ({ request }, reply) => {
    if (request.getSeverity() >= warningSeverity) complaints.push(request.getMessage());
    reply(null, new Empty());
  };
  const root: Handler = (_, reply) => reply(null, new engine.GetRootResourceResponse());
  const server = new grpc.Server();
  server.addService(ResourceMonitorService, monitor);
  server.addService(EngineService, {
    log,
    getRootResource: root,
    setRootResource: (_: unknown, reply: Reply) => reply(null, new engine.SetRootResourceResponse()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    types,
    inputs,
    complaints,
    outputs: () => outputs,
    close: () => server.forceShutdown(),
  };
}
