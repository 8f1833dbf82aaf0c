import { cleanBase64, dataUrl, firstBytes } from '../../../../function/translate/chat/to-converse/base64.ts';

test.each([
  ['data:image/png;base64,AAAA', { type: 'image/png', base64: 'AAAA' }],
  ['DATA:IMAGE/PNG;charset=x; BASE64 ,AA,A', { type: 'image/png', base64: 'AA,A' }],
  ['data:;base64,AAAA', { type: '', base64: 'AAAA' }],
  ['data: text/plain ;base64,', { type: 'text/plain', base64: '' }],
  ['data:text/plain,AAAA', undefined],
  ['data:base64,AAAA', undefined],
  ['data:image/png;base64', undefined],
  [',data:image/png;base64,AAAA', undefined],
  ['https://example.com/a;base64,AAAA', undefined],
])('the data URL %s is %j', (url, expected) => {
  expect(dataUrl(url)).toEqual(expected);
});

test.each([
  ['AAAA', 'AAAA'],
  ['AAA=', 'AAA='],
  ['AA==', 'AA=='],
  ['AAA', 'AAA='],
  ['AA', 'AA=='],
  ['AA=', 'AA=='],
  ['A A\nAA', 'AAAA'],
  ['a-b_', 'a+b/'],
  ['a+b/', 'a+b/'],
  ['A', undefined],
  ['AAAAA', undefined],
  ['', undefined],
  ['====', undefined],
  ['A===', undefined],
  ['AA=A', undefined],
  ['AA*A', undefined],
])('the base64 %j is %j', (text, expected) => {
  expect(cleanBase64(text)).toBe(expected);
});

test('a format is told by 24 bytes', () => {
  expect([...firstBytes(btoa('x'.repeat(25)))]).toEqual(Array.from({ length: 24 }, () => 0x78));
});
