import { createBedrockFrameReader } from '../../function/backends/bedrock/frames.ts';
import { streamedAnswer, wholeAnswer } from '../../bench/frames.ts';
import { answerOf, conversation, modelFor } from '../../bench/payloads.ts';

describe('what the benchmark sends and answers', () => {
  test.each([
    [460, 1],
    [2500, 3],
    [105_000, 51],
    [1_000_000, 501],
  ])('a conversation of %d bytes is that long', (bytes, turns) => {
    const { chat, converse } = conversation(bytes, { turns });
    expect(Math.abs(chat.byteLength - bytes) / bytes).toBeLessThan(0.01);
    const { messages }: { messages: { role: string }[] } = JSON.parse(converse.toString());
    expect(messages).toHaveLength(turns);
    expect(messages.at(-1)?.role).toBe('user');
  });

  test('a stream has the deltas that its model is named for', () => {
    const answer = answerOf(modelFor({ deltas: 7, chars: 30 }));
    const events = createBedrockFrameReader().read(streamedAnswer(answer));
    const deltas = events.filter((event) => 'contentBlockDelta' in event);
    expect(deltas).toHaveLength(7);
    expect(deltas[0]).toMatchObject({ contentBlockDelta: { delta: { text: expect.stringMatching(/^.{30}$/) } } });
    expect(events.at(-1)).toHaveProperty('metadata');
  });

  test('a whole answer has as much text as the stream', () => {
    const { output } = JSON.parse(wholeAnswer({ deltas: 7, chars: 30 }).toString());
    expect(output.message.content[0].text).toHaveLength(210);
  });
});
