import type { Family } from '../../../catalog/family.ts';
import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';
import type { TranslationContext } from '../../translation.ts';
import type { Room } from './schema/inlined.ts';
import type { Renamed } from './schema/property-names.ts';
import type { ToolNames } from './tool-names.ts';

/** What the steps of one translation share; it belongs to one request. */
export interface Work {
  readonly context: TranslationContext<ChatRequest>;
  readonly request: ChatRequest;
  readonly family: Family;
  /** Members that are not honoured, by name. */
  readonly ignored: Set<string>;
  readonly names: ToolNames;
  /** Properties that were given other names, by the Converse name of their tool. */
  readonly properties: Map<string, Renamed>;
  readonly room: Room;
  /** Whether schemas may be sent as strict ones. */
  readonly strict: boolean;
  /** Whether the reasoning of earlier answers may be sent back. */
  readonly reasoning: boolean;
}

/** A member that the type does not know: the schema lets such members pass. */
export function member(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** `over` laid upon `base`, objects member by member; what `over` says wins. */
export function merged(base: JsonObject, over: JsonObject): JsonObject {
  const both = Object.entries(over).map(([name, value]): [string, JsonValue] => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined;
    return [name, isObject(below) && isObject(value) ? merged(below, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...both]);
}
