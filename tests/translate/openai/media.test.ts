import { mediaPlaces, mediaNotFetched, withImages } from '../../../function/translate/openai/media.ts';
import { told, tried } from '../../golden/tried.ts';

const url = 'https://example.com/a.png';
const part = (more: object): object[] => [{ role: 'user', content: [more] }];

test.each<[string, unknown, object[]]>([
  ['an image', part({ image_url: { url } }), [{ url, param: 'messages[0].content[0].image_url.url', isImage: true }]],
  [
    'an image by its URL alone',
    part({ image_url: url }),
    [{ url, param: 'messages[0].content[0].image_url', isImage: true }],
  ],
  ['a video', part({ video_url: { url } }), [{ url, param: 'messages[0].content[0].video_url.url', isImage: false }]],
  ['audio', part({ audio_url: { url } }), [{ url, param: 'messages[0].content[0].audio_url.url', isImage: false }]],
  [
    'any other field',
    part({ file: { file_data: url } }),
    [{ url, param: 'messages[0].content[0].file.file_data', isImage: false }],
  ],
  ['a list', part({ frames: ['AAAA', url] }), [{ url, param: 'messages[0].content[0].frames[1]', isImage: false }]],
  [
    'blanks before it',
    part({ image_url: ` \n${url}` }),
    [{ url: ` \n${url}`, param: 'messages[0].content[0].image_url', isImage: true }],
  ],
  [
    'a scheme in capitals',
    part({ image_url: 'HTTPS://a' }),
    [{ url: 'HTTPS://a', param: 'messages[0].content[0].image_url', isImage: true }],
  ],
  [
    'lists in lists',
    [[{ content: [[{ image_url: url }]] }]],
    [{ url, param: 'messages[0][0].content[0][0].image_url', isImage: true }],
  ],
  [
    'a part that is no list',
    [{ content: { image_url: url } }],
    [{ url, param: 'messages[0].content.image_url', isImage: true }],
  ],
  [
    'a message with a field of media',
    [{ image_url: url, file: url }],
    [{ url, param: 'messages[0].image_url', isImage: true }],
  ],
  ['messages that are none', 'a', []],
  ['data', part({ image_url: { url: 'data:image/png;base64,AAAA' }, other: 'AAAA' }), []],
  [
    'texts',
    part(
      Object.fromEntries(
        [
          'annotations',
          'cache_control',
          'detail',
          'filename',
          'reasoning',
          'reasoning_content',
          'reasoning_details',
          'refusal',
          'text',
          'thinking',
          'type',
        ].map((name) => [name, 'file:///etc/passwd']),
      ),
    ),
    [],
  ],
  ['texts inside', part({ file: { filename: 'file:///a', detail: 'http://b' } }), []],
])('URLs are found in %s', (_what, messages, expected) => {
  expect(mediaPlaces(messages)).toEqual(expected);
});

test.each<[object, string, string]>([
  [{ image_url: { url: 'http://example.com/a.png' } }, 'image_url.url', 'invalid_image_url'],
  [{ image_url: 'a.png' }, 'image_url', 'invalid_image_url'],
  [{ image_url: { url: '/etc/passwd' } }, 'image_url.url', 'invalid_image_url'],
  [{ image_url: { data: 's3://b/k' } }, 'image_url.data', 'invalid_image_url'],
  [{ video_url: { url: 'a.mp4' } }, 'video_url.url', 'invalid_value'],
  [{ file: { file_data: 'fi\tle:///etc/passwd' } }, 'file.file_data', 'invalid_value'],
  [{ file: { image_url: 'a.png' } }, 'file.image_url', 'invalid_value'],
])('any other address is refused: %j', (more, path, code) => {
  const param = `messages[0].content[0].${path}`;
  expect(told(tried(() => mediaPlaces(part(more))).refused)).toEqual({
    status: 400,
    code,
    param,
    message: `Invalid '${param}': expected an https: or data: URL.`,
  });
});

test.each([
  [true, 'invalid_image_url'],
  [false, 'invalid_value'],
])('what is not fetched is refused by its place', (isImage, code) => {
  expect(told(mediaNotFetched({ param: 'a', isImage }, 'why.'))).toEqual({
    status: 400,
    code,
    param: 'a',
    message: "Invalid 'a': why.",
  });
});

test('images that were fetched stand in the place of their URLs, everywhere', () => {
  const images = new Map([[url, { format: 'png', bytes: 'AAAA' } as const]]);
  const data = 'data:image/png;base64,AAAA';
  const other = 'https://example.com/b.png';
  expect(withImages([...part({ image_url: { url, detail: 'low' } }), 'a', null], images)).toEqual([
    ...part({ image_url: { url: data, detail: 'low' } }),
    'a',
    null,
  ]);
  expect(withImages(part({ image_url: [url, other, 1], text: url }), images)).toEqual(
    part({ image_url: [data, other, 1], text: url }),
  );
  expect(withImages([[{ image_url: url }]], images)).toEqual([[{ image_url: data }]]);
  expect(withImages({ content: { image_url: url } }, images)).toEqual({ content: { image_url: data } });
  expect(withImages('a', images)).toBe('a');
});
