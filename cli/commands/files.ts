import type { Call, Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { UsageError } from '../failure.ts';
import { numberIn, type JsonObject } from '../json.ts';
import { countOf, listOf } from '../lists.ts';
import { path } from '../paths.ts';
import type { Column } from '../table.ts';
import { duration, moment } from '../time.ts';
import { uploadFile } from '../uploads.ts';
import { listAnswer, objectAnswer, sentenceAnswer, text, timeText, type Entries } from './shown.ts';

const file = { name: 'file', description: 'the ID of the file, file-…' } as const;

/** The purpose for what OpenAI has no other one for. */
const usualPurpose = 'user_data';

const columns: readonly Column<JsonObject>[] = [
  { title: 'ID', cell: (each) => text(each, 'id') },
  { title: 'NAME', cell: (each) => text(each, 'filename'), keep: 'start' },
  { title: 'BYTES', cell: bytesText, align: 'right' },
  { title: 'PURPOSE', cell: (each) => text(each, 'purpose') },
  { title: 'EXPIRES', cell: (each) => timeText(each, 'expires_at', 'never') },
];

function details(object: JsonObject): Entries {
  return [
    ['ID', text(object, 'id')],
    ['Name', text(object, 'filename')],
    ['Bytes', bytesText(object)],
    ['Purpose', text(object, 'purpose')],
    ['Created', moment(object['created_at'])],
    ['Expires', moment(object['expires_at']) ?? 'never'],
  ];
}

function bytesText(object: JsonObject): string {
  return String(numberIn(object, 'bytes') ?? '');
}

/** The commands on files that the stack stores. */
export const fileCommands: readonly Command[] = [
  {
    words: ['files', 'upload'],
    summary: 'Store a file',
    description: 'A file of more than 4 MB is sent in parts.',
    arguments: [{ name: 'path', description: 'the file on this machine' }],
    flags: ['purpose', 'expires-in', 'quiet'],
    example: 'files upload request.json --expires-in 1d',
    run: async (call) => {
      const stored = await uploadFile(await call.connect('api'), call.argument('path'), {
        purpose: call.one('purpose') ?? usualPurpose,
        expiresInSeconds: expiresIn(call),
      });
      return objectAnswer(stored, details(stored), { value: text(stored, 'id') });
    },
  },
  {
    words: ['files', 'list'],
    summary: 'List the stored files, newest first',
    flags: ['purpose', 'limit'],
    example: 'files list --purpose user_data',
    run: async (call) => {
      const limit = countOf(call.one('limit'), '--limit');
      const query = { purpose: call.one('purpose') };
      const list = await listOf(await call.connect('api'), { path: '/files', query, limit });
      return listAnswer(list, { columns, empty: 'No files.' });
    },
  },
  {
    words: ['files', 'get'],
    summary: 'Show a stored file, without its content',
    arguments: [file],
    example: 'files get file-0V6HKT4TLZ500V6HKT4UMQ',
    run: async (call) => {
      const found = await (await call.connect('api')).get(path`/files/${call.argument('file')}`);
      return objectAnswer(found, details(found));
    },
  },
  {
    words: ['files', 'content'],
    summary: 'Write the bytes of a stored file to standard output',
    description: 'Redirect them into a file, or pipe them: they are not printed in a terminal.',
    arguments: [file],
    example: 'files content file-0V6HKT4TLZ500V6HKT4UMQ',
    run: async (call) => {
      const place = path`/files/${call.argument('file')}/content`;
      if (call.terminal.columns !== undefined)
        throw new UsageError('the bytes of a file could act on the terminal', 'Redirect them: > <file>.');
      const api = await call.connect('api');
      for await (const piece of api.download(place)) await call.terminal.out(piece);
      return undefined;
    },
  },
  {
    words: ['files', 'delete'],
    summary: 'Delete a stored file',
    arguments: [file],
    flags: ['yes'],
    example: 'files delete file-0V6HKT4TLZ500V6HKT4UMQ',
    run: async (call) => {
      const id = call.argument('file');
      const [place, api] = [path`/files/${id}`, await call.connect('api')];
      await confirm(call, { what: `Deleting the file ${id} cannot be undone` });
      return sentenceAnswer(await api.remove(place), `Deleted ${id}.`);
    },
  },
];

function expiresIn({ one }: Call): number | undefined {
  const within = one('expires-in');
  return within === undefined ? undefined : duration(within, '--expires-in');
}
