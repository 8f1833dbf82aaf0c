import type { Customer } from './customers.ts';
import { afterQuestion } from './question.ts';
import type { CustomerResult } from './summary.ts';
import { acting, workOn } from './work.ts';
import type { Session, Work } from './work.ts';

/** Sets up what each account and region of the customers needs once: shows what would change, asks, and applies it. */
export async function bootstrap(session: Session): Promise<readonly CustomerResult[]> {
  const places: Session = { ...session, customers: placesOf(session.customers), stacks: session.placeStacks };
  const work: Pick<Work, 'load' | 'create'> = { load: () => 'none', create: true };
  const apply = (customers: readonly Customer[]) =>
    workOn(customers, { ...work, verb: 'bootstrap', run: acting('up', places, 'set up') }, places);
  if (places.options.yes) return apply(places.customers);
  const run = acting('preview', places, 'would change');
  return afterQuestion(places, await workOn(places.customers, { ...work, verb: 'preview', run }, places), apply);
}

/** The accounts and regions of customers, each as a stack that is named after it. The first customer there says how it is reached. */
function placesOf(customers: readonly Customer[]): readonly Customer[] {
  const places = customers.map(({ account, role, externalId, region }): Customer => ({
    name: `${account ?? 'account'}-${region}`,
    account,
    role,
    externalId,
    region,
    tags: {},
    settings: {},
  }));
  return [...new Map(places.toReversed().map((place) => [place.name, place])).values()].toReversed();
}
