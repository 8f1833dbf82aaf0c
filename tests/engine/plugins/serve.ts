import process from 'node:process';

import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedServiceImplementation, handleUnaryCall } from '@grpc/grpc-js';

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

/** Serves a plugin on a free port, which it prints as its first line for the engine. */
export function serve(service: ServiceDefinition, methods: UntypedServiceImplementation): void {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(service, methods);
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    console.log(port);
  });
  endWithParent();
}

/** Ends this process when the engine has died. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 1_000).unref();
}
