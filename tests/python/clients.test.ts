import { examples, testClients } from './clients.ts';

await testClients(['oldest', 'newest', 'agents']);

test('finds examples of every documented client', () => {
  expect(examples.map(({ name }) => name)).toEqual([
    'README.md: openai',
    'docs/clients.md: openai',
    'docs/clients.md: langchain_openai',
    'docs/clients.md: langchain_aws',
    'docs/clients.md: boto3',
    'docs/clients.md: strands',
    'docs/clients.md: anthropic',
    'docs/clients.md: anthropic',
    'docs/files.md: openai',
  ]);
});
