import { parse } from 'yaml';

import { exampleOf } from './example.ts';
import { goldenSchema } from './schema.ts';

interface Shape {
  readonly properties?: object;
  readonly inputProperties?: object;
}

test('the example in YAML uses arguments and outputs that the schema has', async () => {
  const { resources, outputs } = parse(exampleOf('Pulumi.yaml'));
  const schema = (await goldenSchema()) as { resources: Record<string, Shape>; types: Record<string, Shape> };
  const { type, properties } = resources.llm;
  const component = schema.resources[type];
  expect(Object.keys(component?.inputProperties ?? {})).toEqual(expect.arrayContaining(Object.keys(properties)));
  const model = schema.types['bedrock-gateway:index:Model'];
  for (const entry of Object.values<object>(properties.models)) {
    expect(Object.keys(model?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(entry)));
  }
  const [, output] = /^\$\{llm\.(\w+)\}$/.exec(outputs.baseUrl) ?? [];
  expect(Object.keys(component?.properties ?? {})).toContain(output);
});
