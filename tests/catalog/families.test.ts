import { families, familyOf } from '../../function/catalog/families.ts';
import type { Family } from '../../function/catalog/family.ts';
import expected from './families.json' with { type: 'json' };

/** A row as the table has it: flat, and as JSON. */
function flat({ name: _name, thinking, toolSchemas, ...others }: Family): Record<string, unknown> {
  const flatten = (prefix: string, members: object) =>
    Object.entries(members).map(([name, value]) => [`${prefix}.${name}`, value] as const);
  const members = {
    ...others,
    ...Object.fromEntries([...flatten('thinking', thinking), ...flatten('toolSchemas', toolSchemas)]),
  };
  const plain = (_key: string, value: unknown) => (value instanceof RegExp ? value.source : (value ?? null));
  return JSON.parse(JSON.stringify(members, plain));
}

/** The row that the table has for a name: the generic one, and the fields in which others differ from it. */
function expectedRow(name: string): Record<string, unknown> {
  const differing = Object.entries(expected.others).flatMap(([field, groups]) =>
    groups.filter(({ of }) => of.split(' ').includes(name)).map(({ value }) => [field, value] as const),
  );
  return { ...expected.generic, ...Object.fromEntries(differing) };
}

/** Which row an id has. */
const rows: readonly (readonly [id: string, row: string])[] = [
  ['anthropic.claude-3-haiku-20240307-v1:0', 'claude-3'],
  ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5'],
  ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'claude-haiku-3-5'],
  ['us.anthropic.claude-3-7-sonnet-20250219-v1:0', 'claude-3-7'],
  ['apac.anthropic.claude-sonnet-4-20250514-v1:0', 'claude-sonnet-4'],
  ['us.anthropic.claude-opus-4-20250514-v1:0', 'claude-opus-4'],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1'],
  ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
  ['anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5'],
  ['au.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5'],
  ['eu.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['global.anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6'],
  ['jp.anthropic.claude-opus-4-7', 'claude-opus-4-7'],
  ['anthropic.claude-opus-4-8', 'claude-opus-4-8'],
  ['amer.anthropic.claude-opus-4-8', 'claude-opus-4-8'],
  ['eu-sovereign.amazon.nova-pro-v1:0', 'nova-1'],
  ['mx.meta.llama3-3-70b-instruct-v1:0', 'llama-3-3'],
  ['somebody.else.claude-opus-4-8', 'generic'],
  ['ca.anthropic.claude-sonnet-5', 'claude-sonnet-5'],
  ['anthropic.claude-opus-5', 'claude-opus-5'],
  ['anthropic.claude-fable-5', 'claude-fable-5'],
  ['anthropic.claude-fable-5-1', 'claude-fable-5-1'],
  ['anthropic.claude-mythos-5', 'claude-mythos-5'],
  ['anthropic.claude-opus-5-5', 'claude-opus-5-5'],
  ['anthropic.claude-sonnet-5-5', 'claude-sonnet-5-5'],
  ['anthropic.claude-haiku-5-5', 'claude-haiku-5-5'],
  ['anthropic.claude-v2:1', 'claude-2'],
  ['amazon.nova-micro-v1:0', 'nova-micro-1'],
  ['us.amazon.nova-pro-v1:0', 'nova-1'],
  ['us.amazon.nova-premier-v1:0', 'nova-premier-1'],
  ['us.amazon.nova-2-lite-v1:0', 'nova-2'],
  ['us.amazon.nova-2-omni-v1:0', 'nova-2-omni'],
  ['amazon.titan-text-express-v1', 'titan-text'],
  ['openai.gpt-oss-20b-1:0', 'gpt-oss'],
  ['openai.gpt-5.4', 'gpt-5-4'],
  ['openai.gpt-5.5', 'gpt-5-4'],
  ['openai.gpt-5.50', 'gpt-5'],
  ['global.openai.gpt-5.6-sol', 'gpt-5'],
  ['us.deepseek.r1-v1:0', 'deepseek-r1'],
  ['deepseek.v3-v1:0', 'deepseek-v3-1'],
  ['deepseek.v3.1', 'deepseek-v3-1'],
  ['deepseek.v3.2', 'deepseek-v3-2'],
  ['moonshot.kimi-k2-thinking', 'kimi'],
  ['moonshotai.kimi-k2.5', 'kimi'],
  ['xai.grok-4.3', 'grok'],
  ['qwen.qwen3-coder-480b-a35b-v1:0', 'open-weight'],
  ['meta.llama3-8b-instruct-v1:0', 'llama-3'],
  ['us.meta.llama3-1-70b-instruct-v1:0', 'llama-3-1'],
  ['us.meta.llama3-2-1b-instruct-v1:0', 'llama-3-2-small'],
  ['us.meta.llama3-2-11b-instruct-v1:0', 'llama-3-2'],
  ['us.meta.llama3-3-70b-instruct-v1:0', 'llama-3-3'],
  ['us.meta.llama4-maverick-17b-instruct-v1:0', 'llama-4'],
  ['mistral.mistral-7b-instruct-v0:2', 'mistral-instruct'],
  ['mistral.mixtral-8x7b-instruct-v0:1', 'mistral-instruct'],
  ['mistral.mistral-large-2402-v1:0', 'mistral-large'],
  ['us.mistral.pixtral-large-2502-v1:0', 'pixtral'],
  ['mistral.mistral-large-3-675b-instruct', 'mistral-3'],
  ['mistral.voxtral-small-24b-2507', 'voxtral'],
  ['cohere.command-r-plus-v1:0', 'command-r'],
  ['cohere.command-text-v14', 'command'],
  ['ai21.jamba-1-5-large-v1:0', 'jamba'],
  ['us.writer.palmyra-x5-v1:0', 'palmyra'],
];

/** Rule 10: what is newer than the table is taken for the newest that it knows, and a date is no version. */
const newer: readonly (readonly [id: string, row: string])[] = [
  ['anthropic.claude-opus-6', 'claude-opus-5-5'],
  ['anthropic.claude-opus-6-20270514-v1:0', 'claude-opus-5-5'],
  ['anthropic.claude-sonnet-5-9', 'claude-sonnet-5-5'],
  ['anthropic.claude-haiku-5', 'claude-haiku-5-5'],
  ['anthropic.claude-fable-7', 'claude-fable-5-1'],
  ['anthropic.claude-saga-1', 'claude-opus-5-5'],
  ['anthropic.claude-opus', 'claude-opus-5-5'],
  ['us.amazon.nova-3-pro-v1:0', 'nova-2'],
  ['openai.gpt-7', 'gpt-5'],
  ['deepseek.v5', 'deepseek-v3-2'],
  ['meta.llama6-400b-instruct-v1:0', 'llama-4'],
];

const account = 'arn:aws:bedrock:us-east-1:123456789012';

/** Where the id may stand. */
const spellings: readonly (readonly [id: string, row: string])[] = [
  ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6'],
  [`${account}:inference-profile/us.anthropic.claude-opus-4-7`, 'claude-opus-4-7'],
  ['arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.amazon.nova-pro-v1:0', 'nova-1'],
  [`${account}:custom-model/amazon.nova-lite-v1:0:300k/abcd1234efgh`, 'nova-1'],
  ['Anthropic.Claude-Opus-4-7', 'claude-opus-4-7'],
];

/** What says nothing of its model. */
const opaque: readonly string[] = [
  `${account}:application-inference-profile/abcd1234efgh`,
  `${account}:provisioned-model/abcd1234efgh`,
  `${account}:prompt/PROMPT1234:1`,
  'example.brand-new-model-v1:0',
  '',
];

describe('familyOf', () => {
  test.each([...rows, ...newer, ...spellings])('%s is of %s', (id, row) => {
    expect(familyOf(id).name).toBe(row);
  });

  test.each(opaque)('%j has the row of the unknown', (id) => {
    expect(familyOf(id)).toMatchObject({ name: 'generic', caching: undefined, forced: 'none', prefill: false });
  });

  test.each(families.map((row) => [row.name, row] as const))(
    'the row %s has the values of the table, and no other row has its name',
    (name, row) => {
      expect(flat(row)).toEqual(expectedRow(name));
    },
  );

  test('the table is about rows that there are', () => {
    const names = Object.values(expected.others).flatMap((groups) => groups.flatMap(({ of }) => of.split(' ')));
    const known = new Set(families.map(({ name }) => name));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test('every row that is not generic is the row of some id', () => {
    const named = new Set([...rows, ...newer].map(([, row]) => row));
    const others = families.map(({ name }) => name).filter((name) => !named.has(name));
    expect(others).toEqual([]);
  });
});
