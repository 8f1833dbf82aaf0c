import { json, loopback, type Loopback } from '../loopback.ts';

export const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai-AbCdEf';

export const credentials = { accessKeyId: 'made-up-id', secretAccessKey: 'made-up', sessionToken: 'made-up-session' };

export interface FakeSecretsManager extends Loopback {
  /** What it answers with: a secret's text, or an error of the service. */
  says: string | { readonly status: number; readonly type: string };
}

/** Secrets Manager's protocol (JSON 1.1), as far as GetSecretValue goes. */
export async function secretsManager(says: FakeSecretsManager['says']): Promise<FakeSecretsManager> {
  const server: Loopback = await loopback((response) => {
    const said = fake.says;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.setHeader('x-amzn-requestid', 'made-up-request');
    if (typeof said === 'string') json(response, 200, { ARN: arn, Name: 'openai', SecretString: said });
    else json(response, said.status, { __type: said.type, Message: `not for ${arn}` });
  });
  const fake: FakeSecretsManager = Object.assign(server, { says });
  return fake;
}
