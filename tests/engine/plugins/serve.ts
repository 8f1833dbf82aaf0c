import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedServiceImplementation, handleUnaryCall } from '@grpc/grpc-js';

/** A plugin as it is served: its gRPC service, and the methods of one instance of it. */
export interface Plugin {
  readonly service: ServiceDefinition;
  readonly methods: UntypedServiceImplementation;
}

/** A plugin that is being served. */
export interface Served {
  readonly port: number;
  readonly close: () => void;
}

/** Makes a gRPC method of a function; the engine prints what it throws. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return ({ request }, reply) => {
    Promise.resolve(request)
      .then(answer)
      .then(
        (response) => reply(null, response),
        (error: unknown) =>
          reply({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };
}

/**
 * Serves a plugin on a free loopback port of this process. An engine starts a plugin once for each configuration and has one
 * connection to each: so every connection gets an instance of its own.
 */
export async function serve(create: () => Plugin): Promise<Served> {
  const instances = new Map<string, UntypedServiceImplementation>();
  const methodOf = (peer: string, name: string): Method => {
    const methods = instances.get(peer) ?? create().methods;
    instances.set(peer, methods);
    return methods[name] as Method;
  };
  const { service, methods } = create();
  const shared = Object.keys(methods).map((name) => [
    name,
    (call: Call, ...rest: unknown[]) => methodOf(call.getPeer(), name)(call, ...rest),
  ]);
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(service, Object.fromEntries(shared));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

interface Call {
  readonly getPeer: () => string;
}

type Method = (call: Call, ...rest: readonly unknown[]) => void;
