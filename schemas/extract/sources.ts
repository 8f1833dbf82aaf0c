import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OpenApiDocument } from './openapi.ts';
import type { ServiceModel } from './service-model.ts';

/** The path or URL of each specification. */
export interface Sources {
  readonly openapi: string;
  readonly bedrockRuntime: string;
  readonly bedrock: string;
  readonly sagemakerRuntime: string;
}

/** The parsed specifications. */
export interface Specifications {
  readonly openapi: OpenApiDocument;
  readonly bedrockRuntime: ServiceModel;
  readonly bedrock: ServiceModel;
  readonly sagemakerRuntime: ServiceModel;
}

const openapiRevision = 'f85dbe223d40e1a31cba812ab2d755c7e98a92a3';
const botocoreVersion = '1.43.107';
const botocoreUrl = `https://raw.githubusercontent.com/boto/botocore/${botocoreVersion}/botocore/data`;

/** The pinned revisions from which the committed files were generated. */
const pinnedSources: Sources = {
  openapi: `https://raw.githubusercontent.com/openai/openai-openapi/${openapiRevision}/openapi.json`,
  bedrockRuntime: `${botocoreUrl}/bedrock-runtime/2023-09-30/service-2.json`,
  bedrock: `${botocoreUrl}/bedrock/2023-04-20/service-2.json`,
  sagemakerRuntime: `${botocoreUrl}/sagemaker-runtime/2017-05-13/service-2.json`,
};

/** The files that the environment names, or the pinned URLs. */
export function sourcesOf(env: Readonly<Record<string, string | undefined>>): Sources {
  const document = env['OPENAPI_DOCUMENT'];
  const models = env['AWS_MODELS'];
  const copy = (service: string): string | undefined => models && path.join(models, `${service}.service-2.json`);
  return {
    openapi: document ?? pinnedSources.openapi,
    bedrockRuntime: copy('bedrock-runtime') ?? pinnedSources.bedrockRuntime,
    bedrock: copy('bedrock') ?? pinnedSources.bedrock,
    sagemakerRuntime: copy('sagemaker-runtime') ?? pinnedSources.sagemakerRuntime,
  };
}

/** Reads the four specifications. Rejects where a file is missing or is not JSON. */
export async function readSpecifications(sources: Sources): Promise<Specifications> {
  const [openapi, bedrockRuntime, bedrock, sagemakerRuntime] = await Promise.all([
    readJson<OpenApiDocument>(sources.openapi),
    readJson<ServiceModel>(sources.bedrockRuntime),
    readJson<ServiceModel>(sources.bedrock),
    readJson<ServiceModel>(sources.sagemakerRuntime),
  ]);
  return { openapi, bedrockRuntime, bedrock, sagemakerRuntime };
}

// Nothing checks the type of a document: a wrong one fails in the extractor, at a component that it lacks.
async function readJson<Document>(source: string): Promise<Document> {
  const text = await (/^https?:/.test(source) ? fetched(source) : read(source));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${source} is not JSON. ${ownCopiesHint}`, { cause: error });
  }
}

const ownCopiesHint =
  'Name a copy on this machine: OPENAPI_DOCUMENT and AWS_MODELS, or the flags that npm run schemas -- --help lists';

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${reasonOf(error)}). ${ownCopiesHint}`, { cause: error });
  }
}

async function fetched(url: string): Promise<string> {
  try {
    const response = await fetch(url);
    if (response.ok) return await response.text();
    throw new Error(`status ${response.status}`);
  } catch (error) {
    throw new Error(`${url} cannot be fetched (${reasonOf(error)}). ${ownCopiesHint}`, { cause: error });
  }
}

/** The reason of an error, in a word: the system's error code if there is one, which fetch puts into the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return 'code' in error ? String(error.code) : error.message;
}
