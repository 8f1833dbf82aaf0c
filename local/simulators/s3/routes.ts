import type { Answer, Call } from './call.ts';
import { completeUpload } from './operations/complete-upload.ts';
import { listObjects } from './operations/list-objects.ts';
import { abortUpload, createUpload, listParts, uploadPart } from './operations/multipart.ts';
import { getObject, headObject, replacements } from './operations/read-object.ts';
import { copyObject, deleteObject, putObject } from './operations/write-object.ts';
import type { Headers } from './request.ts';
import { notEmulated } from './s3-error.ts';

/** An operation, and the requests that are its own. */
export interface Route {
  /** Name in S3's API reference. */
  readonly operation: string;
  readonly method: string;
  readonly on: 'bucket' | 'object';
  /** Query parameters by which it is known, and others that it takes. */
  readonly needs?: readonly string[];
  readonly takes?: readonly string[];
  /** A header by which it is known. */
  readonly header?: string;
  /** Headers of meaning that it takes, beside those that all operations take; `x-amz-meta-` and `x-amz-checksum-` stand for all that begin so. */
  readonly headers?: readonly string[];
  /** Whether its request has a body. */
  readonly hasBody?: boolean;
  /** Whether it answers 200 before it is done, so that a failure may be in the body of a 200. */
  readonly answersEarly?: boolean;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

const ofObjects = ['x-amz-meta-', 'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'];
const ofBodies = ['x-amz-checksum-', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length'];
const ofReads = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
  'x-amz-checksum-mode',
];
const ofCopies = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map(
  (name) => `x-amz-copy-source-${name}`,
);
const ofWrites = ['if-match', 'if-none-match'];

/** What is emulated, the more special first. */
const routes: readonly Route[] = [
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    needs: ['list-type'],
    takes: ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type'],
    answer: listObjects,
  },
  {
    operation: 'ListParts',
    method: 'GET',
    on: 'object',
    needs: ['uploadId'],
    takes: ['max-parts', 'part-number-marker'],
    answer: listParts,
  },
  { operation: 'GetObject', method: 'GET', on: 'object', takes: replacements, headers: ofReads, answer: getObject },
  { operation: 'HeadObject', method: 'HEAD', on: 'object', takes: replacements, headers: ofReads, answer: headObject },
  {
    operation: 'UploadPart',
    method: 'PUT',
    on: 'object',
    needs: ['partNumber', 'uploadId'],
    headers: ofBodies,
    hasBody: true,
    answer: uploadPart,
  },
  {
    operation: 'CopyObject',
    method: 'PUT',
    on: 'object',
    header: 'x-amz-copy-source',
    headers: [...ofObjects, ...ofWrites, ...ofCopies, 'x-amz-metadata-directive', 'x-amz-checksum-algorithm'],
    answersEarly: true,
    answer: copyObject,
  },
  {
    operation: 'PutObject',
    method: 'PUT',
    on: 'object',
    headers: [...ofObjects, ...ofBodies, ...ofWrites],
    hasBody: true,
    answer: putObject,
  },
  { operation: 'AbortMultipartUpload', method: 'DELETE', on: 'object', needs: ['uploadId'], answer: abortUpload },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object', headers: ['if-match'], answer: deleteObject },
  {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    needs: ['uploads'],
    headers: [...ofObjects, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    answer: createUpload,
  },
  {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    needs: ['uploadId'],
    headers: [...ofWrites, 'x-amz-checksum-', 'x-amz-mp-object-size'],
    hasBody: true,
    answersEarly: true,
    answer: completeUpload,
  },
];

/** Headers that every operation takes. AWS's clients name the operation in the parameter `x-id`. */
const ofAll = new Set([
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-expected-bucket-owner',
]);

/** A request, as far as it decides on the operation. */
interface Asked {
  readonly method: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Headers;
}

/** The route of a request. Throws NotImplemented for one with anything that is not emulated. */
export function routeOf(asked: Asked): Route {
  const { method, key, query, headers } = asked;
  const names = [...query.keys()].filter((name) => name !== 'x-id' && !/^x-amz-/i.test(name));
  const route = routes.find(
    (each) =>
      each.method === method &&
      (each.on === 'object') === (key !== '') &&
      (each.needs ?? []).every((name) => names.includes(name)) &&
      (each.header === undefined || headers.has(each.header)),
  );
  if (route === undefined) throw notEmulated(`${method} of ${key === '' ? 'buckets' : 'objects'} in this form`);
  const { operation, needs = [], takes = [] } = route;
  const other = names.find((name) => !needs.includes(name) && !takes.includes(name));
  if (other !== undefined) throw notEmulated(`the parameter ${other} in ${operation}`);
  const header = [...headers.keys()].find((name) => isMeaningful(name) && !isTaken(name, route));
  if (header !== undefined) throw notEmulated(`the header ${header} in ${operation}`);
  return route;
}

function isMeaningful(name: string): boolean {
  return /^(?:x-amz-|if-|range$)/.test(name);
}

function isTaken(name: string, { header, headers = [] }: Route): boolean {
  if (name === header || ofAll.has(name) || headers.includes(name)) return true;
  return headers.some((each) => each.endsWith('-') && name.startsWith(each));
}
