// Runs Pulumi programs one after the other, as inline programs of Pulumi's Automation API: the packages, which take two thirds of the
// time of a short program, are loaded once. The modules of a program are loaded anew for every run.
import '../../../local/typescript-cache.mjs';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { ServerUnaryCall, handleUnaryCall } from '@grpc/grpc-js';
import language from '@pulumi/pulumi/proto/language_pb.js';

import type { Ended, Started } from '../support/program-hosts.ts';

type Call = ServerUnaryCall<language.RunRequest, language.RunResponse>;

interface InlineHost {
  readonly run: handleUnaryCall<language.RunRequest, language.RunResponse>;
  /** Throws an error if promises of the program are still pending. */
  readonly onPulumiExit: (hasError: boolean) => void;
}

/** The language host of inline programs, which takes the address of the engine as the first argument of the program. */
const { LanguageServer }: { LanguageServer: new (program: () => Promise<unknown>) => InlineHost } = createRequire(
  import.meta.url,
)('@pulumi/pulumi/automation/server.js');

const packages = `${path.sep}node_modules${path.sep}`;

// A module outside of packages gets the query of the module that imports it, and each run has a query of its own.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const query = /\?run=\d+$/.exec(context.parentURL ?? '')?.[0];
    const isOwn = resolved.url.startsWith('file:') && !fileURLToPath(resolved.url).includes(packages);
    return query !== undefined && isOwn ? { ...resolved, url: `${resolved.url}${query}` } : resolved;
  },
});

let runs = 0;
let printed = '';
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: unknown): boolean => {
    printed += String(chunk);
    return true;
  };
}

process.on('message', ({ request, engine }: Started) => {
  const message = language.RunRequest.deserializeBinary(request).setArgsList([engine]);
  const folder = message.getPwd();
  const index = path.join(folder, message.getInfo()?.getEntryPoint() ?? '');
  const url = `${pathToFileURL(index).href}?run=${(runs += 1)}`;
  process.chdir(folder);
  const program = async (): Promise<unknown> => (await import(url)).default;
  const server = new LanguageServer(program);
  server.run({ request: message } as Call, (_error, response) => {
    // After a failure, the server answers twice: only the second answer has a response.
    if (response) setImmediate(() => end(server, response));
  });
});
process.on('disconnect', () => process.exit());

function end(server: InlineHost, response: language.RunResponse): void {
  try {
    server.onPulumiExit(response.getError() !== '');
  } catch (error) {
    response.setError(String(error));
  }
  // The program's own.
  process.removeAllListeners('unhandledRejection');
  const ended: Ended = { response: response.serializeBinary(), printed };
  printed = '';
  process.send?.(ended);
}
