import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { type Gateway, ToolFailure } from '../gateway.ts';
import { fileResult, storedFile } from './stored-file.ts';
import { run, structured, type Tools } from './tool.ts';

/** What fits beside a conversation. Larger files go to S3 without passing through a model. */
const maxTextBytes = 1_000_000;

const input = z.strictObject({
  filename: z.string().min(1).optional().describe('The name of a new file, with its extension.'),
  text: z.string().optional().describe('The content of a new file that is text of up to 1 MB.'),
  bytes: z.int().min(1).optional().describe('The exact size of a new file whose content is sent to a URL.'),
  expires_after_seconds: z
    .int()
    .min(3_600)
    .max(2_592_000)
    .optional()
    .describe('When a new file is deleted. The default is as late as the gateway allows.'),
  upload_id: z.string().min(1).optional().describe('The upload whose content was sent to its URL.'),
});

const { expires_at, ...named } = fileResult;
const output = z.object({
  status: z.enum(['stored', 'waiting']).describe('waiting: send the content to the URL, then call again.'),
  ...named,
  file_id: z.string().optional().describe('The id of the stored file.'),
  expires_at: expires_at.optional(),
  upload_id: z.string().optional().describe('The upload that waits for its content.'),
  url: z.string().optional().describe('Where to send the content by one PUT, without an API key.'),
  headers: z.record(z.string(), z.string()).optional().describe('The headers that the PUT must have.'),
  url_expires_at: z.int().min(0).optional().describe('When the URL ends, in seconds since 1970.'),
});

type Asked = z.infer<typeof input>;

interface Step {
  readonly result: z.infer<typeof output>;
  readonly text: string;
}

/** An upload as the Uploads API shows a new one. */
const newUpload = z.object({
  id: z.string(),
  filename: z.string(),
  bytes: z.int(),
  presigned_put: z.object({ url: z.string(), headers: z.record(z.string(), z.string()), expires_at: z.int() }),
});

const completedUpload = z.object({ file: storedFile });

const description = `Stores a file, which other tools take by its id.
For text of up to 1 MB, call it with filename and text: the result has the file_id.
For any other file:
1. Call it with filename and bytes. The result has an upload_id, a URL and headers.
2. Send the content to the URL by one PUT with these headers, such as by the curl command in the result.
3. Call it with the upload_id alone. The result has the file_id.`;

/** Adds the tool that stores a file. */
export function addUploadFile(server: McpServer, tools: Tools): void {
  server.registerTool(
    'upload_file',
    {
      title: 'Upload a file',
      description,
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    run(tools, async (asked: Asked, { signal }) => {
      const { result, text } = await stepOf(asked, tools.gateway, signal);
      return structured(result, text);
    }),
  );
}

/** Takes the step that the arguments ask for. Throws a `ToolFailure` for arguments of none, or of several. */
function stepOf(asked: Asked, gateway: Gateway, signal: AbortSignal): Promise<Step> {
  const { filename, text, bytes, upload_id: id, expires_after_seconds: seconds } = asked;
  if (filename !== undefined && id === undefined) {
    if (text !== undefined && bytes === undefined) return store({ filename, text, seconds }, gateway, signal);
    if (text === undefined && bytes !== undefined) return begin({ filename, bytes, seconds }, gateway, signal);
  }
  if (id !== undefined && Object.keys(asked).length === 1) return complete(id, gateway, signal);
  throw new ToolFailure('Give filename and text, or filename and bytes, or upload_id alone.');
}

interface Content {
  readonly filename: string;
  readonly text: string;
  readonly seconds: number | undefined;
}

async function store({ filename, text, seconds }: Content, gateway: Gateway, signal: AbortSignal): Promise<Step> {
  const content = Buffer.from(text);
  if (content.length > maxTextBytes)
    throw new ToolFailure(`The text has more than 1 MB. Give filename and bytes (${content.length}) instead.`);
  const body = new FormData();
  body.set('purpose', 'user_data');
  if (seconds !== undefined) {
    body.set('expires_after[anchor]', 'created_at');
    body.set('expires_after[seconds]', String(seconds));
  }
  body.set('file', new Blob([content]), filename);
  return stored(await gateway.ask({ method: 'POST', path: '/v1/files', body, signal }));
}

interface Announced {
  readonly filename: string;
  readonly bytes: number;
  readonly seconds: number | undefined;
}

async function begin({ seconds, ...asked }: Announced, gateway: Gateway, signal: AbortSignal): Promise<Step> {
  const body = {
    ...asked,
    purpose: 'user_data',
    mime_type: 'application/octet-stream',
    ...(seconds !== undefined && { expires_after: { anchor: 'created_at', seconds } }),
  };
  const answer = await gateway.ask({ method: 'POST', path: '/v1/uploads', body, signal });
  const { id, filename, bytes, presigned_put: put } = newUpload.parse(answer);
  const { url, headers, expires_at: url_expires_at } = put;
  return {
    result: { status: 'waiting', filename, bytes, upload_id: id, url, headers, url_expires_at },
    text: `Send the content within ten minutes, such as by:\n${curl(url, headers)}\nThen call upload_file with the upload_id ${id} alone.`,
  };
}

/** The command that sends a file. curl itself says how long it is. */
function curl(url: string, headers: Readonly<Record<string, string>>): string {
  const options = Object.entries(headers)
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)} `);
  return `curl --fail-with-body --upload-file FILE ${options.join('')}${quoted(url)}`;
}

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

async function complete(id: string, gateway: Gateway, signal: AbortSignal): Promise<Step> {
  const path = `/v1/uploads/${encodeURIComponent(id)}/complete`;
  const answer = await gateway.ask({ method: 'POST', path, body: { part_ids: [] }, signal });
  return stored(completedUpload.parse(answer).file);
}

function stored(answer: unknown): Step {
  const { id, filename, bytes, expires_at: end } = storedFile.parse(answer);
  return {
    result: { status: 'stored', file_id: id, filename, bytes, expires_at: end },
    text: `The file is stored: ${id}`,
  };
}
