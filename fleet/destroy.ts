import { afterQuestion } from './question.ts';
import type { Customer } from './customers.ts';
import { StackError } from './stack.ts';
import type { CustomerStack, StateEntry, Step } from './stack.ts';
import type { CustomerResult } from './summary.ts';
import { workOn } from './work.ts';
import type { Session, Work } from './work.ts';

/** Types of resources that keep data of callers, or protect it: what these are deleted with is lost. */
const dataTypes = /^aws:(?:dynamodb\/table:Table|cognito\/userPool:UserPool|s3\/bucket\w*:\w+)$/;

/** Destroys the stacks of customers: shows what would be deleted, asks, and deletes it. Stacks with data need `--delete-data`. */
export async function destroy(session: Session): Promise<readonly CustomerResult[]> {
  const looking: Work = { verb: 'read', load: () => 'none', create: false, run: (stack) => look(stack, session) };
  const previews = await workOn(session.customers, looking, session);
  const deleting = (customers: readonly Customer[]) =>
    workOn(
      customers,
      {
        verb: 'destroy',
        load: () => 'domain',
        create: false,
        run: (stack, report, customer) => end(stack, { report, customer, session }),
      },
      session,
    );
  return afterQuestion(session, previews, deleting);
}

/** What a destroy deletes: everything that the state has. Throws a StackError if that is data that nobody said to delete. */
async function look(stack: CustomerStack, { options }: Session): Promise<{ text: string; steps: readonly Step[] }> {
  const resources = (await stack.resources()).filter(({ custom, type }) => custom && !type.startsWith('pulumi:'));
  const data = resources.filter(({ type }) => dataTypes.test(type));
  if (data.length > 0 && !options.deleteData)
    throw new StackError(
      `it keeps data: ${data
        .map(({ urn }) => nameOf(urn))
        .filter(isFirst)
        .toSorted()
        .join(', ')}. Add --delete-data to delete it with all keys and files`,
    );
  return { text: resources.length > 0 ? 'would be deleted' : 'empty', steps: resources.map(deletion) };
}

interface Ending {
  readonly report: (text: string) => void;
  readonly customer: Customer;
  readonly session: Session;
}

/** Turns the protection of data off, where there is some, and destroys the stack. */
async function end(
  stack: CustomerStack,
  { report, customer: { settings }, session: { cancelSignal: signal } }: Ending,
): Promise<{ text: string; steps: readonly Step[] }> {
  const targets = (await stack.resources()).filter(({ type }) => dataTypes.test(type)).map(({ urn }) => urn);
  const { storage } = settings;
  const unprotected = typeof storage === 'object' && { storage: { ...storage, deletionProtection: false } };
  stack.configure(targets.length > 0 ? { deletionProtection: false, ...unprotected } : {});
  if (targets.length > 0) await stack.run('up', { signal, report, targets });
  return { text: 'destroyed', steps: await stack.run('destroy', { signal, report }) };
}

function deletion({ urn, type }: StateEntry): Step {
  return { op: 'delete', type, name: nameOf(urn), properties: [] };
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? '';
}

function isFirst<T>(value: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(value) === index;
}
