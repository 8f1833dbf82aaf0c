import { isObject } from '../json.ts';
import type { Resource } from './evaluate.ts';

/** A declaration that AWS would refuse, or that the local stack does not serve. */
export class DeclarationError extends Error {
  constructor({ type, name }: Pick<Resource, 'type' | 'name'>, problem: string) {
    super(`${type} '${name}': ${problem}`);
  }
}

/** Reads the inputs of one resource, typed. */
export class Inputs {
  readonly #resource: Resource;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(resource: Resource, values: Readonly<Record<string, unknown>> = resource.state) {
    this.#resource = resource;
    this.#values = values;
  }

  text(key: string): string {
    return this.optionalText(key) ?? this.#refuse(key, 'a string');
  }

  optionalText(key: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.#refuse(key, 'a string');
  }

  /** Many numbers may be given as text. */
  number(key: string): number | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    const number = Number(value);
    return Number.isNaN(number) ? this.#refuse(key, 'a number') : number;
  }

  texts(key: string): readonly string[] {
    const value = this.#values[key] ?? [];
    return Array.isArray(value) ? value.map(String) : this.#refuse(key, 'a list');
  }

  /** A map of strings; empty when it is not given. */
  map(key: string): Readonly<Record<string, string>> {
    const value = this.#values[key] ?? {};
    if (!isObject(value)) return this.#refuse(key, 'a map');
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
  }

  /** True or false. */
  flag(key: string): boolean | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false');
  }

  /** A list of blocks of further inputs; empty when it is not given. */
  blocks(key: string): readonly Inputs[] {
    const value = this.#values[key] ?? [];
    if (!Array.isArray(value)) return this.#refuse(key, 'a list');
    return value.map((each) =>
      isObject(each) ? new Inputs(this.#resource, each) : this.#refuse(key, 'a list of maps'),
    );
  }

  /** A block of further inputs. */
  block(key: string): Inputs {
    const value = this.#values[key] ?? {};
    return isObject(value) ? new Inputs(this.#resource, value) : this.#refuse(key, 'a map');
  }

  #refuse(key: string, wanted: string): never {
    throw new DeclarationError(this.#resource, `${key} is not ${wanted}`);
  }
}
