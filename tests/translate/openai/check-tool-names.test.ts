import { checkToolName, checkToolNames } from '../../../function/translate/openai/check-tool-names.ts';
import { told, tried } from '../../golden/tried.ts';

test.each<[Parameters<typeof checkToolNames>[0], string]>([
  [
    {
      tools: [
        { type: 'function', function: { name: 'a' } },
        { type: 'function', function: { name: '' } },
      ],
    },
    'tools[1].function.name',
  ],
  [{ tools: [{ type: 'custom', custom: { name: ' ' } }] }, 'tools[0].custom.name'],
  [{ functions: [{ name: 'a' }, { name: '\n' }] }, 'functions[1].name'],
])('a tool without a name is refused: %j', (request, param) => {
  expect(told(tried(() => checkToolNames(request)).refused)).toEqual({
    status: 400,
    code: 'empty_string',
    param,
    message: `Invalid '${param}': empty string. Expected a string with minimum length 1, but got an empty string instead.`,
  });
});

test('a tool with a name is taken, and no tools at all', () => {
  const taken = [{}, { tools: null, functions: null }, { functions: [{ name: 'a' }] }];
  expect(taken.map((request) => tried(() => checkToolNames(request)).refused)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(tried(() => checkToolName('a', 'x')).refused).toBeUndefined();
});
