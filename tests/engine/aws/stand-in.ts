import { randomInt } from 'node:crypto';

import type { Account, Kept } from './account.ts';
import { AwsError } from './aws-error.ts';
import type { Reference, ResourceType } from './resource-type.ts';
import { resourceType } from './resource-types.ts';
import { fill, fillAll, text } from './template.ts';
import type { Facts } from './template.ts';

/** The account id of all stacks, which AWS's documentation uses. */
export const accountId = '123456789012';

/** A request of the engine: a resource of the program with its inputs. */
export interface Wish {
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly inputs: Facts;
}

/** Where a provider works: in one region of an account, for a CLI that runs in a folder. */
interface Place {
  readonly account: Account;
  readonly region: string;
  readonly folder: string;
}

/** AWS for a provider. */
export class StandIn {
  readonly #account: Account;
  readonly #region: string;
  readonly #folder: string;

  constructor({ account, region, folder }: Place) {
    this.#account = account;
    this.#region = region;
    this.#folder = folder;
  }

  create(wish: Wish): Kept {
    const type = resourceType(wish.type);
    const facts = { ...wish.inputs, ...this.#place(), random: random(10), revision: 1 };
    const id = fill(type.id, facts);
    if (id === undefined) throw new Error(`the inputs of ${wish.name} do not make an id`);
    const claim = this.#before(type, wish, { facts, old: undefined });
    const outputs = { ...facts, ...merge(wish.inputs, this.outputs(type, { ...facts, id })) };
    const kept = { type: wish.type, id, inputs: wish.inputs, outputs, claim };
    this.#account.keep(kept);
    this.#after(type, 'create', wish);
    return kept;
  }

  update(id: string, wish: Wish): Kept {
    const type = resourceType(wish.type);
    const old = this.#account.find(wish.type, id);
    if (!old) throw new AwsError(`NotFoundException: ${type.label} (${id}) is not there any more`);
    const { random: same, revision } = old.outputs;
    const isNew = type.renewed && !isQuiet(type, old.inputs, wish.inputs);
    const facts = { ...wish.inputs, ...this.#place(), random: same, revision: Number(revision) + (isNew ? 1 : 0) };
    this.#before(type, wish, { facts, old });
    const { status } = old.outputs;
    const outputs = {
      ...facts,
      ...merge(wish.inputs, this.outputs(type, { ...facts, id })),
      ...(status !== undefined && { status }),
    };
    const kept = { ...old, inputs: wish.inputs, outputs };
    this.#account.keep(kept);
    this.#after(type, 'update', wish);
    return kept;
  }

  /** Deletes a resource; like the provider, does nothing if it is gone. */
  delete(id: string, wish: Wish): void {
    const type = resourceType(wish.type);
    this.#fail(type, wish, 'deleting');
    const kept = this.#account.find(wish.type, id);
    if (!kept) return;
    const { protection } = type;
    if (protection && kept.inputs[protection.input] === protection.value)
      throw new AwsError(`deleting ${type.label} (${id}): ${protection.refused}`);
    for (const other of this.#account.all()) {
      const reference =
        other.id === id ? undefined : resourceType(other.type).refers?.find((each) => this.#holds(each, other, kept));
      if (reference?.held !== undefined) throw new AwsError(`deleting ${type.label} (${id}): ${reference.held}`);
    }
    this.#account.remove(kept);
    this.#account.record({ kind: 'delete', ...wish });
  }

  /** Inputs that the provider adds. */
  outputs(type: ResourceType, facts: Facts): Facts {
    return fillAll(type.outputs ?? {}, facts) as Facts;
  }

  #place(): Facts {
    return { region: this.#region, account: accountId };
  }

  /** Makes AWS's checks before an operation; returns the name that the operation claims. */
  #before(type: ResourceType, wish: Wish, { facts, old }: { facts: Facts; old: Kept | undefined }): string | undefined {
    const doing = old ? 'updating' : 'creating';
    this.#fail(type, wish, doing);
    const labelErrors = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError(`${doing} ${type.label} (${text(wish.inputs['name'] ?? wish.name)}): ${error.message}`);
      }
    };
    return labelErrors(() => {
      for (const reference of type.refers ?? []) this.#exists(reference, facts);
      const claim = old ? this.#reclaim(type, facts, old) : this.#claim(type, facts);
      try {
        type.check?.({ account: this.#account, folder: this.#folder, facts, inputs: wish.inputs, old });
      } catch (error) {
        if (claim !== undefined && claim !== old?.claim) this.#account.release(claim);
        throw error;
      }
      return claim;
    });
  }

  #after(type: ResourceType, kind: 'create' | 'update', wish: Wish): void {
    type.done?.({ account: this.#account, folder: this.#folder, facts: {}, inputs: wish.inputs, old: undefined });
    this.#account.record({ kind, ...wish });
  }

  #fail(type: ResourceType, { type: of, name }: Wish, doing: string): void {
    const fault = this.#account.fault(of, name);
    if (fault) throw new AwsError(`${doing} ${type.label} (${name}): ${fault.message}`);
  }

  #claim(type: ResourceType, facts: Facts): string | undefined {
    const { unique } = type;
    if (!unique || (unique.overwrites !== undefined && facts[unique.overwrites] === true)) return undefined;
    const name = fill(unique.key, facts) ?? '';
    if (!this.#account.claims(name)) throw new AwsError(fill(unique.taken, facts) ?? unique.taken);
    return name;
  }

  /** Moves the claim of a resource if a change gives it another name. */
  #reclaim(type: ResourceType, facts: Facts, old: Kept): string | undefined {
    if (old.claim === undefined || fill(type.unique?.key ?? '', facts) === old.claim) return old.claim;
    const claim = this.#claim(type, facts);
    this.#account.release(old.claim);
    return claim;
  }

  #exists({ value, to, missing }: Reference, facts: Facts): void {
    const wanted = fill(value, facts);
    if (wanted === undefined) return;
    const found = Object.entries(to).some(([type, template]) =>
      this.#account
        .of(type)
        .some((kept) => fill(template, { ...kept.inputs, ...kept.outputs, id: kept.id }) === wanted),
    );
    if (!found) throw new AwsError(fill(missing, facts) ?? missing);
  }

  #holds({ value, to, held }: Reference, other: Kept, kept: Kept): boolean {
    const template = to[kept.type];
    if (held === undefined || template === undefined) return false;
    const wanted = fill(value, { ...other.inputs, ...this.#place() });
    return wanted !== undefined && wanted === fill(template, { ...kept.inputs, ...kept.outputs, id: kept.id });
  }
}

/** Names of the inputs that differ. */
export function changed(old: Facts, now: Facts): string[] {
  const names = new Set([...Object.keys(old), ...Object.keys(now)].filter((name) => !name.startsWith('__')));
  return [...names].filter((name) => JSON.stringify(sorted(old[name])) !== JSON.stringify(sorted(now[name])));
}

/** Whether a change renews no outputs. */
export function isQuiet(type: ResourceType, old: Facts, now: Facts): boolean {
  return changed(old, now).every((name) => type.renewed?.quiet.includes(name));
}

/** The second value merged into the first, objects recursively. */
export function merge(under: Facts, over: Facts): Facts {
  const members = Object.entries(over).map(([name, value]) => {
    const below = under[name];
    return [name, isObject(value) && isObject(below) ? merge(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(members) };
}

function isObject(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value with sorted keys, so that two values can be compared as texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, sorted(value[name])]),
  );
}

/** Random lower-case letters and digits. */
export function random(length: number): string {
  return Array.from({ length }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[randomInt(36)]).join('');
}
