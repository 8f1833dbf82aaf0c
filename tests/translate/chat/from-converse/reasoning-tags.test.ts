import { tagReader, type TaggedText } from '../../../../function/translate/chat/from-converse/reasoning-tags.ts';

function read(pieces: readonly string[]): Record<TaggedText['kind'], string> {
  const reader = tagReader();
  const parts = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  const only = (kind: TaggedText['kind']): string =>
    parts
      .filter((part) => part.kind === kind)
      .map(({ text }) => text)
      .join('');
  return { content: only('content'), reasoning: only('reasoning') };
}

describe('rule 28: reasoning between tags in the text', () => {
  test.each([
    ['<thinking> I see </thinking>\n\nHello', { content: 'Hello', reasoning: ' I see ' }],
    ['<think>a</think>b', { content: 'b', reasoning: 'a' }],
    ['\n<think>\na < b </thin\n</think>\n', { content: '', reasoning: '\na < b </thin\n' }],
    ['<think>one</think> <think>two</think> three', { content: 'three', reasoning: 'onetwo' }],
    ['<think>never closed', { content: '', reasoning: 'never closed' }],
    ['<think>cut in its end</thi', { content: '', reasoning: 'cut in its end</thi' }],
    ['<think></think>', { content: '', reasoning: '' }],
    ['<thin', { content: '<thin', reasoning: '' }],
    ['<thought>no tag of ours</thought>', { content: '<thought>no tag of ours</thought>', reasoning: '' }],
    ['The tag <think> is text here</think>', { content: 'The tag <think> is text here</think>', reasoning: '' }],
    ['  indented', { content: '  indented', reasoning: '' }],
    ['  ', { content: '  ', reasoning: '' }],
    ['', { content: '', reasoning: '' }],
  ])('%j', (text, expected) => {
    expect(read([text])).toEqual(expected);
    expect(read(text.split(''))).toEqual(expected);
    for (let at = 0; at <= text.length; at += 1) expect(read([text.slice(0, at), text.slice(at)])).toEqual(expected);
  });

  test('text is handed on at once when it cannot be a tag', () => {
    const reader = tagReader();
    expect(reader.push('Hello')).toEqual([{ kind: 'content', text: 'Hello' }]);
    expect(reader.push(' <think>')).toEqual([{ kind: 'content', text: ' <think>' }]);
  });
});
