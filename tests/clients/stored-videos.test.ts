import { useStack } from './stack.ts';

const stack = useStack({
  config: {
    'bedrock-gateway:domain': 'example.com',
    'bedrock-gateway:gatewayKeys': true,
    'bedrock-gateway:storage': {},
    'bedrock-gateway:callersMaySet': ['s3Location'],
    'bedrock-gateway:models': {
      nova: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
      claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    },
  },
});

/** An MP4 of so many bytes, as far as its beginning says. */
function mp4(bytes: number): Buffer {
  const file = Buffer.alloc(bytes);
  file.write('\0\0\0\x18ftypisom', 'latin1');
  return file;
}

/** Stores a file by one PUT to the bucket. Returns its id, and the address that the bytes were sent to, as an S3 URI. */
async function upload(bytes: Buffer): Promise<{ readonly id: string; readonly address: string }> {
  const { uploads } = stack.issued;
  const given = { bytes: bytes.length, filename: 'film.mp4', mime_type: 'text/plain', purpose: 'vision' } as const;
  const created = await uploads.create(given);
  const { url, headers } = Reflect.get(created, 'presigned_put');
  // S3 keeps the type that a client says: it is not what counts.
  const sent = await fetch(url, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: new Uint8Array(bytes),
  });
  expect([sent.status, await sent.text()]).toEqual([200, '']);
  const { file } = await uploads.complete(created.id, { part_ids: [] });
  return { id: file?.id ?? '', address: `s3:/${new URL(url).pathname}` };
}

const asked = (model: string, id: string) => ({
  model,
  messages: [
    {
      role: 'user' as const,
      content: [
        { type: 'text' as const, text: 'What happens?' },
        { type: 'file' as const, file: { file_id: id } },
      ],
    },
  ],
});

test('Nova reads a video of 19 MB from the bucket, whole and streamed, and a small one is sent', async () => {
  const { completions } = stack.issued.chat;
  for (const bytes of [1_000, 19_000_000]) {
    const { id } = await upload(mp4(bytes));
    const { choices } = await completions.create(asked('nova', id));
    expect(choices[0]?.finish_reason).toBe('stop');
    const stream = await completions.create({ ...asked('nova', id), stream: true, n: 1 });
    const reasons: unknown[] = [];
    for await (const chunk of stream) reasons.push(chunk.choices[0]?.finish_reason);
    expect(reasons).toContain('stop');
  }
});

test('other models are told the size that works', async () => {
  const { id } = await upload(mp4(19_000_000));
  const tooLarge = { status: 400, code: 'file_too_large', param: 'messages[0].content[1].file.file_id' };
  await expect(stack.issued.chat.completions.create(asked('claude', id))).rejects.toMatchObject(tooLarge);
});

test("no request reaches a file by its address, though it is the caller's own", async () => {
  const { id, address } = await upload(mp4(1_000));
  const video = {
    video: { format: 'mp4', source: { s3Location: { uri: address.replace(/staging\/.*/, `file/${id}`) } } },
  };
  const { origin } = new URL(stack.gateway.baseUrl);
  const response = await fetch(`${origin}/model/nova/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.issued.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'What happens?' }, video] }] }),
  });
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining('this address is in the storage of this gateway'),
  ]);
});
