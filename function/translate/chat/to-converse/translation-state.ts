import type { Family } from '../../../catalog/family.ts';
import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';
import type { TranslationContext } from '../../translation.ts';
import type { Room } from './schema/inline-references.ts';
import type { Renamed } from './schema/property-names.ts';
import type { ToolNames } from './tool-names.ts';

/** What the steps of translating one request share. */
export interface TranslationState {
  readonly context: TranslationContext<ChatRequest>;
  readonly request: ChatRequest;
  readonly family: Family;
  /** Names of the fields that are ignored. */
  readonly ignored: Set<string>;
  /** Absent until the first tool or call. */
  names?: ToolNames;
  /** Properties that were given other names, by the Converse name of their tool. */
  readonly properties: Map<string, Renamed>;
  /** Absent until the first schema. */
  room?: Room;
  /** Whether schemas may be sent as strict ones. */
  readonly strict: boolean;
  /** Whether the reasoning of earlier answers may be sent back. */
  readonly reasoning: boolean;
}

/** A field that the type does not know: the schema lets such members pass. */
export function unknownField(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** Whether a part, message or tool has Anthropic's own mark of a cache point, which clients of its models send. */
export function isMarked(value: object): boolean {
  return Object.hasOwn(value, 'cache_control') && isObject(Reflect.get(value, 'cache_control'));
}

/** Both objects as one, nested objects merged field by field; `over` wins. */
export function mergeObjects(base: JsonObject, over: JsonObject): JsonObject {
  const both = Object.entries(over).map(([name, value]): [string, JsonValue] => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined;
    return [name, isObject(below) && isObject(value) ? mergeObjects(below, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...both]);
}
