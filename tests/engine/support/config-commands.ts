import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { readSettings } from '../../../infra/settings.ts';
import { awsRegion, keys } from '../../../infra/settings/keys.ts';
import { setCommand } from '../../../infra/settings/rule.ts';
import { projectFolder } from './installation.ts';
import { shellWords } from './shell-words.ts';

const configSetCommand = /pulumi config set [^`\n]+/g;

/** Placeholders in documents, each with an example. */
const placeholders: readonly (readonly [RegExp, string])[] = [
  [/<the ARN that this prints>/g, 'arn:aws:secretsmanager:us-east-1:123456789012:secret:openai-AbCdEf'],
  [/<ARN>/g, 'arn:aws:acm:us-east-1:123456789012:certificate/example'],
  [/<id>/g, 'Z0123456789EXAMPLE'],
  [/<hash>/g, '0123456789abcdef'.repeat(4)],
  [/"\$\(cat template\.jinja\)"/g, `'{{ messages[0].content }}'`],
  [/"\$\(printf [^)]*\)"/g, '0123456789abcdef'.repeat(4)],
];

/** Values that most keys refuse, for different reasons. */
const wrongValues = [
  '',
  'nonsense',
  '-1',
  '[',
  '[1]',
  '["a b"]',
  '[null]',
  '{"nonsense": 1}',
  'null',
  '{"a": {"target": "x"}}',
];

/** Configs that break a rule between keys. */
const conflictingConfigs: readonly Readonly<Record<string, string>>[] = [
  { streaming: 'false' },
  { domain: 'example.com', dns: 'false' },
  { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/example' },
  { domain: 'example.com', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/example' },
  { failoverRegions: '["us-west-2"]' },
  { models: '{"small": {"target": "sagemaker:small"}}' },
  { models: '{"gpt-4o": {"target": "openai:gpt-4o"}}' },
  { callers: `[{"id": "support-app", "sha256": "${'0123456789abcdef'.repeat(4)}"}]`, bedrockKeys: 'none' },
  { callersMaySet: '["serviceTier"]' },
  { adminKeyGeneration: '2' },
  { prices: '{"gpt-4o": {"input": 2.5, "output": 10}}' },
  { provisionedConcurrency: '20', reservedConcurrency: '10' },
];

/**
 * All commands that set config in documents, examples of keys and messages of the program, as the arguments that a shell passes.
 * Commands that belong together are in one list.
 */
export function configCommands(): string[][][] {
  const examples = [awsRegion, ...Object.values(keys)].map(({ example }) => setCommand(example));
  const lines = [...examples, ...documented(), ...advised()];
  const commands = lines.map(steps).filter((each) => each.length > 0);
  return [...new Map(commands.map((each) => [JSON.stringify(each), each])).values()];
}

function documented(): string[] {
  const docs = readdirSync(path.join(projectFolder, 'docs'), { recursive: true, encoding: 'utf8' });
  const files = ['README.md', ...docs.filter((file) => file.endsWith('.md')).map((file) => path.join('docs', file))];
  return files.flatMap((file) => found(readFileSync(path.join(projectFolder, file), 'utf8')));
}

function advised(): string[] {
  const own = Object.keys(keys).flatMap((key) => wrongValues.map((value) => ({ [key]: value })));
  return [...own, ...conflictingConfigs].flatMap((config) => found(complaint(config)));
}

/** The program's message about a config; empty if the config is accepted. */
function complaint(config: Readonly<Record<string, string>>): string {
  const named = Object.entries(config).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
  try {
    readSettings({ 'aws:region': 'us-east-1', ...Object.fromEntries(named) }, 'bedrock-gateway');
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

function found(text: string): string[] {
  return [...text.matchAll(configSetCommand)].map(([line]) => line);
}

/** The commands in a line, without those that only show a syntax (`<key> <value>`, `…`). */
function steps(line: string): string[][] {
  const filled = placeholders.reduce((text, [placeholder, example]) => text.replaceAll(placeholder, example), line);
  return filled
    .replace(/ +#.*/, '') // a comment
    .replace(/\. [A-Z].*/, '') // the next sentence
    .split(' && ')
    .map((command) => command.replace(/[.,;]$/, '').replace(/^npx /, ''))
    .filter((command) => command.startsWith('pulumi config set ') && !/[<…]/.test(command))
    .map((command) => shellWords(command).slice(1));
}
