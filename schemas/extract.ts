import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles } from './extract/files.ts';
import { readSpecifications, sourcesOf } from './extract/sources.ts';

const HELP = `Usage: npm run schemas -- [--openapi <path|URL>] [--bedrock-runtime <path|URL>] [--bedrock <path|URL>]
                         [--sagemaker-runtime <path|URL>]

Writes schemas/openai, schemas/bedrock, schemas/sagemaker and function/dialects/*.gen.ts from OpenAI's OpenAPI document
and AWS's service models. What is not given comes from OPENAPI_DOCUMENT (a file) and AWS_MODELS (a folder with
<service>.service-2.json for bedrock-runtime, bedrock and sagemaker-runtime), else from the pinned revisions on the web.`;

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      openapi: text,
      'bedrock-runtime': text,
      bedrock: text,
      'sagemaker-runtime': text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
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

await main();
