import type { Step } from './stack.ts';
import type { CustomerResult } from './summary.ts';
import { previewed, workOn } from './work.ts';
import type { Session, Work } from './work.ts';

/** The result of a customer whose resources on AWS differ from the state. */
const drifted = 'drifted';

/** Compares the states of customers with AWS, and tells what differs there. Nothing is changed. */
export function drift(session: Session): Promise<readonly CustomerResult[]> {
  const run: Work['run'] = async (stack, report) => {
    const { steps } = await previewed(stack, 'preview-refresh', { changed: drifted, session, report });
    return { text: steps.length > 0 ? drifted : 'as deployed', steps, details: steps.map(difference) };
  };
  return workOn(session.customers, { verb: 'drift', load: () => 'some', create: false, run }, session);
}

/** Whether a result tells of differences. */
export function hasDrifted({ status, text }: CustomerResult): boolean {
  return status === 'ok' && text === drifted;
}

function difference({ op, type, name, properties }: Step): string {
  const resource = `${type.split(':').at(-1)} ${name}`;
  if (op === 'delete') return `${resource} is gone`;
  return properties.length === 0 ? `${resource} differs` : `${resource} differs in ${properties.join(', ')}`;
}
