import { documentNames, file } from '../../../../function/translate/chat/to-converse/documents.ts';
import { told, tried } from '../../../golden/tried.ts';

const pdf = [0x25, 0x50, 0x44, 0x46, 0x2d];
const zip = [0x50, 0x4b, 0x03, 0x04];
const compound = [0xd0, 0xcf, 0x11, 0xe0];
const words = [0x48, 0x69];

function base64(bytes: readonly number[]): string {
  return btoa(String.fromCharCode(...bytes, 0x0a));
}

const types = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

test.each<
  [bytes: readonly number[], filename: string | undefined, type: string | undefined, format: string | undefined]
>([
  [pdf, undefined, undefined, 'pdf'],
  [pdf, 'a.txt', 'text/plain', 'pdf'],
  [zip, 'a.docx', undefined, 'docx'],
  [zip, undefined, types.docx, 'docx'],
  [zip, 'a.xlsx', undefined, 'xlsx'],
  [zip, undefined, types.xlsx, 'xlsx'],
  [compound, 'a.doc', undefined, 'doc'],
  [compound, undefined, types.doc, 'doc'],
  [compound, 'a.xls', undefined, 'xls'],
  [compound, undefined, types.xls, 'xls'],
  [words, 'a.txt', undefined, 'txt'],
  [words, undefined, types.txt, 'txt'],
  [words, 'a.md', undefined, 'md'],
  [words, undefined, types.md, 'md'],
  [words, 'a.html', undefined, 'html'],
  [words, undefined, types.html, 'html'],
  [words, 'a.csv', undefined, 'csv'],
  [words, undefined, types.csv, 'csv'],
  [words, undefined, 'application/csv', 'csv'],
  [words, 'a.MD', types.html, 'md'],
  [words, 'a.odt', types.html, 'html'],
  [words, 'a.pdf', undefined, undefined],
  [words, undefined, types.pdf, undefined],
  [words, 'a.docx', undefined, undefined],
  [words, 'a.xlsx', undefined, undefined],
  [words, 'a.doc', undefined, undefined],
  [words, 'a.xls', undefined, undefined],
  [zip, 'a.zip', undefined, undefined],
  [words, 'a.constructor', undefined, undefined],
  [words, undefined, undefined, undefined],
  ...[pdf, zip, compound].flatMap((magic) =>
    magic.map((_, at): [readonly number[], string, undefined, undefined] => [
      magic.with(at, 0x01),
      magic === pdf ? 'a.pdf' : magic === zip ? 'a.docx' : 'a.doc',
      undefined,
      undefined,
    ]),
  ),
])('bytes that begin with %j, called %s and declared as %s, are %s', (bytes, filename, type, format) => {
  const data = base64(bytes);
  const file_data = type === undefined ? data : `data:${type};base64,${data}`;
  const part = { type: 'file' as const, file: { file_data, ...(filename !== undefined && { filename }) } };
  const { value, refused } = tried(() => file(part, 'p', { names: documentNames() }));
  const found = value !== undefined && 'document' in value ? value.document : undefined;
  expect(found?.format).toBe(format);
  expect(found?.source).toEqual(format && { bytes: data });
  expect(told(refused)).toEqual(
    format === undefined
      ? {
          status: 400,
          code: 'invalid_value',
          param: 'p.file_data',
          message:
            "Invalid 'p.file_data': no document in one of the formats pdf, csv, doc, docx, xls, xlsx, html, txt, md.",
        }
      : undefined,
  );
});

test.each<[filenames: (string | undefined)[], names: string[]]>([
  [
    [undefined, '', '.txt', '***.txt'],
    ['document', 'document (2)', 'document (3)', 'document (4)'],
  ],
  [
    ['a.pdf', 'a.txt', 'b.pdf'],
    ['a', 'a (2)', 'b'],
  ],
  [
    ['a (2).pdf', 'a.pdf', 'a.pdf'],
    ['a (2)', 'a', 'a (3)'],
  ],
  [
    ['a.pdf', 'a.pdf', 'a (2).pdf'],
    ['a', 'a (2)', 'a (2) (2)'],
  ],
  [['my  file.v2.pdf'], ['my file-v2']],
  [[' ü/a_b-[c](d) .pdf'], ['-a_b-[c](d)']],
  [[`${'x'.repeat(191)}.pdf`], ['x'.repeat(190)]],
  [[`${'x'.repeat(189)} y.pdf`], ['x'.repeat(189)]],
])('documents called %j are named %j', (filenames, expected) => {
  const names = documentNames();
  expect(filenames.map((filename) => names.next(filename))).toEqual(expected);
});
