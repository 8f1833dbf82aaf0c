import type { CustomerResult } from './summary.ts';
import { workOn } from './work.ts';
import type { Session } from './work.ts';

/** Prints the outputs of the stacks of customers, a line for each, or as one JSON object by customer. Secrets are not shown. */
export async function outputs(session: Session): Promise<readonly CustomerResult[]> {
  const all = new Map<string, Readonly<Record<string, unknown>>>();
  const results = await workOn(
    session.customers,
    {
      verb: 'outputs',
      load: () => 'none',
      create: false,
      run: async (stack, _report, { name }) => {
        all.set(name, await stack.outputs());
        return { text: 'read', steps: [] };
      },
    },
    session,
  );
  // In the order of the file, not in that in which stacks were read.
  const inOrder = results.flatMap(({ name }) => (all.has(name) ? [[name, all.get(name)] as const] : []));
  session.print(session.options.json ? `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n` : lines(inOrder));
  return results;
}

function lines(all: readonly (readonly [string, Readonly<Record<string, unknown>> | undefined])[]): string {
  return all
    .flatMap(([name, values = {}]) => Object.entries(values).map(([key, value]) => `${name} ${key} ${shown(value)}\n`))
    .join('');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
