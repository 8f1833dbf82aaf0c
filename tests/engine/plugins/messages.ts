import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import type { JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb.js';

import type { Facts } from '../aws/template.ts';

/** Type and name of a resource in the program. */
export function named(urn: string): { type: string; name: string } {
  const [, , types = '', name = ''] = urn.split('::');
  return { type: types.split('$').at(-1) ?? '', name };
}

/** The values of a message. */
export function facts(message: struct.Struct | undefined): Facts {
  return message?.toJavaScript() ?? {};
}

/** The message of some values. */
export function toStruct(values: Facts): struct.Struct {
  return struct.Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
}
