import { sorted, type JsonSchema } from './json-schema.ts';
import { extractShape, shapeOf, type Member, type Operation, type ServiceModel } from './service-model.ts';

/** Facts that a server needs about an operation, besides the schemas of its bodies. */
export interface OperationFacts {
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  /** Input members in the path, the query or a header, by their name there. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The body, if it is a blob; a JSON body has a schema instead. */
  readonly payload?: Payload;
  readonly errors: Readonly<Record<string, ErrorFacts>>;
  /** Members of the answer's event stream that are exceptions: member name → error name. */
  readonly streamErrors?: Readonly<Record<string, string>>;
}

/** A path, query or header parameter of an operation. */
export interface Parameter {
  readonly in: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** The body of an operation. */
export interface Payload {
  readonly required: boolean;
  readonly maxBytes?: number;
}

/** The HTTP status of an error, and the schema of its body. */
export interface ErrorFacts {
  readonly status: number;
  readonly schema: JsonSchema;
}

/** The facts of operations by their names. Throws for an operation that the service model lacks. */
export function operationTable(model: ServiceModel, names: readonly string[]): Record<string, OperationFacts> {
  return Object.fromEntries(names.map((name) => [name, factsOf(model, operationOf(model, name))]));
}

function operationOf(model: ServiceModel, name: string): Operation {
  const operation = model.operations[name];
  if (operation === undefined) throw new Error(`The service model has no operation ${name}.`);
  return operation;
}

function factsOf(model: ServiceModel, { http, input, output, errors }: Operation): OperationFacts {
  const streamErrors = exceptionsIn(model, output.shape);
  const names = [...errors.map(({ shape }) => shape), ...Object.values(streamErrors)];
  return {
    method: http.method,
    uri: http.requestUri,
    status: http.responseCode ?? 200,
    parameters: parametersOf(model, input.shape),
    ...payloadOf(model, input.shape),
    errors: sorted(Object.fromEntries(names.map((name) => [name, errorOf(model, name)]))),
    ...(Object.keys(streamErrors).length > 0 && { streamErrors }),
  };
}

function parametersOf(model: ServiceModel, input: string): Record<string, Parameter> {
  const { members = {}, required = [] } = shapeOf(model, input);
  const outside = Object.entries(members).filter(([, { location }]) => location !== undefined);
  const entry = ([name, member]: [string, Member]): [string, Parameter] => [
    member.locationName ?? name,
    { in: member.location ?? '', required: required.includes(name), schema: memberSchema(model, member) },
  ];
  return sorted(Object.fromEntries(outside.map(entry)));
}

function payloadOf(model: ServiceModel, input: string): { payload?: Payload } {
  const { payload = '', members = {}, required = [] } = shapeOf(model, input);
  const member = members[payload];
  if (member === undefined) return {};
  const { max } = shapeOf(model, member.shape);
  return { payload: { required: required.includes(payload), ...(max !== undefined && { maxBytes: max }) } };
}

function memberSchema(model: ServiceModel, member: Member): JsonSchema {
  const { $schema: _draft, ...schema } = extractShape(model, member.shape);
  return schema;
}

function errorOf(model: ServiceModel, name: string): ErrorFacts {
  const { error, fault } = shapeOf(model, name);
  // Smithy's defaults, for errors that occur only in streams.
  return {
    status: error?.httpStatusCode ?? (fault === true ? 500 : 400),
    schema: memberSchema(model, { shape: name }),
  };
}

function exceptionsIn(model: ServiceModel, output: string): Record<string, string> {
  const { payload = '', members = {} } = shapeOf(model, output);
  const stream = members[payload];
  if (stream === undefined) return {};
  const exceptions = Object.entries(shapeOf(model, stream.shape).members ?? {});
  return sorted(
    Object.fromEntries(
      exceptions
        .filter(([, { shape }]) => shapeOf(model, shape).exception === true)
        .map(([name, { shape }]) => [name, shape]),
    ),
  );
}
