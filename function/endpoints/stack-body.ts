import { isBedrocksOwn } from '../auth/costly.ts';

type Body = Readonly<Record<string, unknown>>;

/** What the stack pays is written anew, so that upstream can read nothing in it that was not read here. */
export function rebuilt(body: Body, model: string): string {
  const members = Object.entries(body).filter(([name]) => !isLeftOut(name));
  return JSON.stringify({ ...Object.fromEntries(members), model });
}

/** The header that carries the names is bounded. */
const mostNames = 32;

/** The names of what is left out, as far as a header can hold them. */
export function leftOut(body: Body): string[] {
  return Object.keys(body)
    .filter((name) => isLeftOut(name) && /^[\w-]{1,64}$/.test(name))
    .slice(0, mostNames);
}

/** Our own member speaks to Converse alone; guardrails and the like are the stack's to say, where it pays. */
function isLeftOut(name: string): boolean {
  return name === 'bedrock' || isBedrocksOwn(name) || isDisguised(name);
}

/** Some servers match names in any case, and would read these in place of what was read here. */
function isDisguised(name: string): boolean {
  return /^(?:model|stream)$/i.test(name) && name !== name.toLowerCase();
}
