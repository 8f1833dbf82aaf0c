import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { imageFormat, type ImageFormat } from '../../dialects/image-format.ts';
import { callerStorage } from '../../pipeline/caller-storage.ts';
import { fileLink, fileLinkSeconds } from '../../pipeline/file-link.ts';
import { ToolFailure } from '../gateway.ts';
import { fileResult, storedFile } from './stored-file.ts';
import { run, structured, type Tools } from './tool.ts';

/** Some 25,000 tokens: more would leave a model little room for anything else. */
const maxTextBytes = 100_000;

/** Base64 makes it a third more. Clients scale larger images down, or refuse them. */
const maxImageBytes = 1_000_000;

const input = z.strictObject({
  file_id: z.string().min(1).describe('The id of the file, such as file-abc123.'),
});

const output = z.object({
  file_id: z.string(),
  ...fileResult,
  kind: z.enum(['text', 'image', 'link']).describe('What the result is: the text, the image, or a link to the file.'),
  text: z.string().optional().describe('The content of a text.'),
  media_type: z.string().optional().describe('The type of an image, such as image/png.'),
  url: z.string().optional().describe('Downloads the file by a GET without an API key.'),
  url_expires_at: z.int().min(0).optional().describe('When the link ends, in seconds since 1970.'),
});

type Result = z.infer<typeof output>;

/** Adds the tool that reads a stored file. */
export function addReadFile(server: McpServer, tools: Tools): void {
  const { gateway, context } = tools;
  server.registerTool(
    'read_file',
    {
      title: 'Read a file',
      description:
        'Reads a stored file by its id: text of up to 100 kB and images of up to 1 MB are in the result; for any other file, the result is a link that downloads it for ten minutes.',
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    run(tools, async ({ file_id }: z.infer<typeof input>, { signal }) => {
      const path = `/v1/files/${encodeURIComponent(file_id)}`;
      const { id, ...file } = storedFile.parse(await gateway.ask({ method: 'GET', path, signal }));
      const result = { file_id: id, ...file };
      if (file.bytes <= maxImageBytes) {
        const content = await gateway.download({ method: 'GET', path: `${path}/content`, signal });
        if (content.length < file.bytes) throw new ToolFailure('The file could not be read to its end. Try again.');
        const format = imageFormat(content);
        if (format !== undefined) return imageOf(result, format, content);
        const text = file.bytes <= maxTextBytes ? textIn(content) : undefined;
        if (text !== undefined) return structured({ ...result, kind: 'text', text } satisfies Result, text);
      }
      const url = await fileLink(await callerStorage(context), { id, filename: file.filename });
      const url_expires_at = Math.floor(context.services.now() / 1_000) + fileLinkSeconds;
      const linked: Result = { ...result, kind: 'link', url, url_expires_at };
      return structured(linked, `Download the file within ten minutes: ${url}`);
    }),
  );
}

type Read = Pick<Result, 'file_id' | 'filename' | 'bytes' | 'expires_at'>;

function imageOf(file: Read, format: ImageFormat, content: Buffer): CallToolResult {
  const mimeType = `image/${format}`;
  return {
    structuredContent: { ...file, kind: 'image', media_type: mimeType } satisfies Result,
    content: [{ type: 'image', data: content.toString('base64'), mimeType }],
  };
}

/** The text that bytes are; undefined where they are none: not UTF-8, or with a zero, which no text has. */
function textIn(content: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
