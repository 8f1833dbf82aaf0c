import { extractComponent, type OpenApiSchema, type OpenApiSource } from '../../../schemas/extract/openapi.ts';

function source(schemas: Record<string, OpenApiSchema>, overlays: OpenApiSource['overlays'] = {}): OpenApiSource {
  return { document: { components: { schemas } }, overlays, definitions: new Map() };
}

function member(schema: OpenApiSchema): unknown {
  return extractComponent(source({ Root: { type: 'object', properties: { it: schema } } }), 'Root').properties?.['it'];
}

const tagged = (type: string): OpenApiSchema => ({
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', enum: [type] } },
});

describe('a component of the OpenAPI document', () => {
  test('merges the objects of an allOf, in which later properties win', () => {
    const a: OpenApiSchema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    };
    const root = { allOf: [{ $ref: '#/components/schemas/A' }, { properties: { b: { type: 'integer' } } }] };
    expect(extractComponent(source({ A: a, Root: root }), 'Root')).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'integer' } },
    });
  });

  test('gets properties and keywords from its overlay', () => {
    const schemas = { Root: { type: 'object', properties: { a: { type: 'integer' } } } };
    const overlays = { Root: { a: { minimum: 1 }, b: { type: 'string' } } };
    expect(extractComponent(source(schemas, overlays), 'Root').properties).toEqual({
      a: { type: 'integer', minimum: 1 },
      b: { type: 'string' },
    });
  });

  test('gets them at any depth and keeps its own', () => {
    const item: OpenApiSchema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
    const schemas: Record<string, OpenApiSchema> = {
      Root: { type: 'object', properties: { list: { type: 'array', minItems: 1, items: item } } },
    };
    const overlays = { Root: { list: { items: { properties: { a: { nullable: true } } } } } };
    expect(extractComponent(source(schemas, overlays), 'Root').properties?.['list']).toEqual({
      type: 'array',
      minItems: 1,
      items: { type: 'object', properties: { a: { type: ['string', 'null'] }, b: { type: 'string' } } },
    });
  });

  test('has null as a type', () => {
    expect(member({ type: 'string', nullable: true })).toEqual({ type: ['string', 'null'] });
    expect(member({ anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }] })).toEqual({
      type: ['string', 'null'],
      enum: ['a', 'b', null],
    });
  });

  test('distinguishes text and lists by their type alone', () => {
    const list = { type: 'array', minItems: 1, items: { type: 'string' } };
    expect(member({ oneOf: [{ type: 'string' }, list] })).toEqual({ ...list, type: ['string', 'array'] });
  });

  test('merges lists of different items into one list with the widest bounds', () => {
    const lists: OpenApiSchema[] = [
      { type: 'array', minItems: 2, maxItems: 8, items: { type: 'string' } },
      { type: 'array', minItems: 1, maxItems: 9, items: { type: 'integer' } },
    ];
    expect(member({ oneOf: lists })).toEqual({
      type: 'array',
      minItems: 1,
      maxItems: 9,
      items: { type: ['string', 'integer'] },
    });
    expect(member({ oneOf: [...lists, { type: 'array', items: { type: 'boolean' } }] })).toEqual({
      type: 'array',
      items: { type: ['string', 'integer', 'boolean'] },
    });
  });

  test('distinguishes objects by the one property with different values', () => {
    expect(member({ oneOf: [tagged('a'), tagged('b')] })).toMatchObject({
      required: ['type'],
      properties: { type: { enum: ['a', 'b'] } },
      discriminator: { propertyName: 'type' },
      oneOf: [{ properties: { type: { const: 'a' } } }, { properties: { type: { const: 'b' } } }],
    });
  });

  test('is refused if nothing distinguishes its alternatives', () => {
    expect(() => member({ oneOf: [{ type: 'object', properties: {} }, tagged('b')] })).toThrow('apart');
    expect(() => member({ oneOf: [{ type: 'array' }, { type: 'array' }] })).toThrow('apart');
  });

  test('is reported by its name if it is missing', () => {
    expect(() => extractComponent(source({}), 'Root')).toThrow('The OpenAPI document has no component Root.');
  });
});
