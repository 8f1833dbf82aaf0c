import { type McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import { docsUri, withoutRelativeLinks } from './links.ts';
import { docPages, isDocPageName } from './pages.ts';

const mimeType = 'text/markdown';

/** Adds the pages of docs/ that callers need, as one template whose pages are all listed. */
export function addDocResources(server: McpServer): void {
  server.registerResource(
    'docs',
    new ResourceTemplate(`${docsUri}{+page}`, { list: () => ({ resources: listed }) }),
    { title: 'Documentation', description: 'A page of the documentation of this gateway.', mimeType },
    async ({ href: uri }) => ({ contents: [{ uri, mimeType, text: await textOf(uri) }] }),
  );
}

const listed = Object.entries(docPages).map(([name, { title, description }]) => ({
  uri: `${docsUri}${name}`,
  name,
  title,
  description,
  mimeType,
}));

async function textOf(uri: string): Promise<string> {
  const name = uri.slice(docsUri.length);
  if (!isDocPageName(name)) throw new ResourceNotFoundError(uri);
  const { docTexts } = await import('./texts.ts');
  return withoutRelativeLinks(docTexts[name], name.slice(0, name.lastIndexOf('/') + 1));
}
