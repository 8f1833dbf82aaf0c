import type { Customer } from './customers.ts';
import { summary } from './summary.ts';
import type { CustomerResult } from './summary.ts';
import type { Session } from './work.ts';

/**
 * Shows what would change, asks unless `--yes` was given, and applies it. Results of those that do not change, or whose preview failed,
 * stay as they are.
 */
export async function afterQuestion(
  session: Session,
  previews: readonly CustomerResult[],
  apply: (customers: readonly Customer[]) => Promise<readonly CustomerResult[]>,
): Promise<readonly CustomerResult[]> {
  const changing = previews.filter(({ status, steps }) => status === 'ok' && steps.length > 0);
  if (changing.length === 0) return previews;
  if (!(await isWanted(session, previews, changing.length)))
    return previews.map((each) => (changing.includes(each) ? { ...each, status: 'not started' } : each));
  const names = new Set(changing.map(({ name }) => name));
  const applied = await apply(session.customers.filter(({ name }) => names.has(name)));
  return previews.map((each) => applied.find(({ name }) => name === each.name) ?? each);
}

async function isWanted(session: Session, previews: readonly CustomerResult[], changing: number): Promise<boolean> {
  if (session.options.yes) return true;
  session.print(summary(previews, (names) => retryCommand(session, names)));
  if (session.signal.aborted) return false;
  return session.confirm(`${session.options.command} ${changing} of ${previews.length} customers as shown?`);
}

/** The command that does the same for some customers. */
export function retryCommand({ options: { command, file, deleteData, yes, canary } }: Session, names: string): string {
  const flags = [
    ...(file === 'customers.yaml' ? [] : [`--file ${file}`]),
    ...(canary ? [`--canary ${canary.percent}`] : []),
    ...(yes ? ['--yes'] : []),
    ...(deleteData ? ['--delete-data'] : []),
  ];
  return ['npm run fleet --', command, ...flags, `--only ${names}`].join(' ');
}
