import { ChatBedrockConverse } from '@langchain/aws';
import { AIMessageChunk, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { clock, converse, converseStream, runtime, textOf, user, weather, type Answered } from './aws.ts';

/** Servers that refuse the second turn of a tool loop without what they gave in the first. */
const config = {
  'bedrock-gateway:domain': 'example.com',
  'bedrock-gateway:models': {
    deepseek: { target: 'openai:deepseek-v4' },
    gemini: { target: 'openai:gemini-3-pro' },
  },
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ config });
});
afterAll(() => gateway.close());

const question = 'What is the weather in Berlin, and what does the clock say?';
const toolConfig = { tools: [weather, clock] };

describe.each(['deepseek', 'gemini'])("rule 60: AWS's client with %s", (modelId) => {
  test.each([
    ['buffered', converse],
    ['streamed', converseStream],
  ])('completes a tool loop with two calls, %s', async (_name, ask) => {
    const client = runtime(gateway);
    const messages = [user(question)];
    const turn = async (): Promise<Answered> => ask(client, { modelId, messages, toolConfig });
    const calling = await turn();
    const results = calling.content.flatMap(({ toolUse }) =>
      toolUse ? [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: 'noon' }] } }] : [],
    );
    expect(results).toHaveLength(2);
    messages.push({ role: 'assistant', content: [...calling.content] }, user(...results));
    expect(textOf(await turn())).toContain('noon');
    client.destroy();
  });
});

const readClock = tool(() => 'noon', { name: 'read_clock', description: 'What the clock says', schema: z.object({}) });

test.each([false, true])(
  'rule 60: LangChain with a server that requires its reasoning back; streamed: %s',
  async (streamed) => {
    const client = runtime(gateway);
    const bound = new ChatBedrockConverse({ model: 'deepseek', region: 'us-east-1', client }).bindTools([readClock]);
    const messages: BaseMessage[] = [new HumanMessage('What does the clock say?')];
    const turn = async () => {
      if (!streamed) return bound.invoke(messages);
      let whole = new AIMessageChunk('');
      for await (const chunk of await bound.stream(messages)) whole = whole.concat(chunk);
      return whole;
    };
    const calling = await turn();
    const [call] = calling.tool_calls ?? [];
    if (call === undefined) throw new Error('expected a call');
    messages.push(calling, await readClock.invoke(call));
    expect((await turn()).text).toContain('noon');
    client.destroy();
  },
);
