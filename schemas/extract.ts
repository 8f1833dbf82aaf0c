import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';
import { generatedFiles } from './extract/files.ts';
import { readSpecifications, sourcesOf } from './extract/sources.ts';

const help = `Usage: npm run schemas -- [--openapi <path|URL>] [--bedrock-runtime <path|URL>] [--bedrock <path|URL>]
                         [--sagemaker-runtime <path|URL>]

Writes schemas/openai, schemas/organization, schemas/storage, schemas/stored, schemas/bedrock, schemas/sagemaker and function/dialects/*.gen.ts from OpenAI's
OpenAPI document and AWS's service models. What is not given comes from OPENAPI_DOCUMENT (a file) and AWS_MODELS (a folder
with <service>.service-2.json for bedrock-runtime, bedrock and sagemaker-runtime), else from the pinned revisions on the web.`;

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const values = parse({
    openapi: text,
    'bedrock-runtime': text,
    bedrock: text,
    'sagemaker-runtime': text,
    help: { type: 'boolean' },
  });
  if (values.help === true) {
    console.log(help);
    return;
  }
  const usual = sourcesOf(process.env);
  const specifications = await readSpecifications({
    openapi: values.openapi ?? usual.openapi,
    bedrockRuntime: values['bedrock-runtime'] ?? usual.bedrockRuntime,
    bedrock: values.bedrock ?? usual.bedrock,
    sagemakerRuntime: values['sagemaker-runtime'] ?? usual.sagemakerRuntime,
  });
  const project = path.dirname(import.meta.dirname);
  for (const [name, content] of generatedFiles(specifications)) await write(path.join(project, name), content);
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

function parse<const Flags extends ParseArgsOptionsConfig>(options: Flags) {
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's advice after the first sentence is about positional arguments, which there are none of.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/(?<=')\. |\n/);
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new Error(`${reason} (the flags are ${names.join(', ')})`, { cause: error });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bedrock-gateway: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  process.exitCode = 1;
}
