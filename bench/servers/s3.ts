// S3 as far as a benchmark of files needs it: objects in memory, and lists that are empty.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, whole } from './listen.ts';

/** What a benchmark reads again is stored first; what it only writes would fill the memory. */
const maxObjects = 16;

const objects = new Map<string, Buffer>();
const emptyList =
  '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated></ListBucketResult>';

function answer({ method, url = '' }: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const [key = ''] = url.split('?');
  if (method === 'PUT') {
    if (objects.size < maxObjects) objects.set(key, body);
    response.writeHead(200, { etag: '"0"' }).end();
    return;
  }
  const found = objects.get(key);
  if (found !== undefined) {
    const headers = { 'content-length': found.length, etag: '"0"', 'content-type': 'application/octet-stream' };
    response.writeHead(200, headers).end(found);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/xml' }).end(emptyList);
}

listen(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => answer(request, whole(chunks), response));
  }),
);
