import { storageOverlays } from '../extensions.ts';
import { storageRequests } from '../storage-requests.ts';
import type { JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiDocument, type OpenApiSource } from './openapi.ts';
import { operation, query } from './organization.ts';
import { declare } from './types.ts';

/** The component of each schema, by its file; the types of the generated file have the components' names. */
const components = {
  ...storageRequests,
  file: 'OpenAIFile',
  'file-list': 'ListFilesResponse',
  'file-deleted': 'DeleteFileResponse',
  upload: 'Upload',
  'upload-part': 'UploadPart',
} as const;

/** The generated files of files and uploads. */
export interface StorageFiles {
  /** By their names in schemas/storage. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The text of the file of types. */
  readonly types: string;
}

/** The schemas and types of files and uploads. */
export function storageFiles(document: OpenApiDocument): StorageFiles {
  const FileListQuery = query(operation(document, 'get', '/files'));
  const source: OpenApiSource = {
    document: { components: { schemas: { ...document.components.schemas, FileListQuery } } },
    overlays: storageOverlays,
    definitions: new Map(),
  };
  const extracted = Object.entries(components).map(([file, component]) => {
    return { file, component, schema: extractComponent(source, component) };
  });
  return {
    schemas: Object.fromEntries(extracted.map(({ file, schema }) => [file, schema])),
    types: declare({ roots: Object.fromEntries(extracted.map(({ component, schema }) => [component, schema])) }),
  };
}
