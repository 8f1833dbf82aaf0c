import { createRequire } from 'node:module';

/** Pulumi's protocol and its gRPC library, resolved as Pulumi itself resolves them. */
const ofPulumi = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));

/** A call with its request, and the callback for its answer. */
type Reply = (error: { code: number; details: string } | null, message: unknown) => void;
type Handler = (call: { request: Message }, reply: Reply) => void;

/** The methods of protobuf messages that are used here. */
interface Message {
  getFeature?: () => string;
  getType: () => string;
  getName: () => string;
  getMessage: () => string;
  getSeverity: () => number;
  getObject: () => { toJavaScript: () => Record<string, unknown> };
}

/** A stand-in for Pulumi's engine. */
export interface Engine {
  readonly address: string;
  /** Types of the declared resources, in their order. */
  readonly types: string[];
  readonly inputs: Map<string, Record<string, unknown>>;
  /** Warnings and errors that the program logged. */
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

/** A provider's answer to a lookup; a string is the reason of a failure. */
export type Lookup = Record<string, unknown> | string;

/** Starts an engine that creates nothing: as in a preview, each resource gets a URN, an id, and its inputs as outputs. */
export async function startEngine(
  lookup: Lookup = { zoneId: 'ZFOUND', name: 'example.com', accountId: '123456789012' },
): Promise<Engine> {
  const types: string[] = [];
  const inputs = new Map<string, Record<string, unknown>>();
  const complaints: string[] = [];
  let outputs: Record<string, unknown> | undefined;
  const empty: Handler = (_, reply) => reply(null, new Empty());
  const monitor: Record<string, Handler> = {
    supportsFeature: (_, reply) => reply(null, new resource.SupportsFeatureResponse().setHassupport(true)),
    registerResource: ({ request }, reply) => {
      const declaredInputs = request.getObject();
      types.push(request.getType());
      inputs.set(`${request.getType()}::${request.getName()}`, declaredInputs.toJavaScript());
      const answer = new resource.RegisterResourceResponse();
      answer.setUrn(`urn:pulumi:test::bedrock-gateway::${request.getType()}::${request.getName()}`);
      reply(null, answer.setId(`${request.getName()}-id`).setObject(declaredInputs));
    },
    registerResourceOutputs: ({ request }, reply) => {
      const registration = request as unknown as { getUrn: () => string; getOutputs: Message['getObject'] };
      if (registration.getUrn().includes('pulumi:pulumi:Stack')) outputs = registration.getOutputs().toJavaScript();
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
