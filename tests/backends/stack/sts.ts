import type { RoleCredentials } from '../../../function/config.ts';
import { createSigner, type Signer } from '../../../function/backends/stack/signer.ts';
import { loopback, type Answer, type Loopback } from '../loopback.ts';

/** Made here, so that none of them looks like somebody's. */
function made(...words: string[]): string {
  return words.join('-').toUpperCase();
}

/** Credentials of the function's own role. */
export const own: RoleCredentials = Object.freeze({
  accessKeyId: made('own', 'id'),
  secretAccessKey: made('own', 'words'),
  sessionToken: made('own', 'session'),
});

/** Credentials of the spending role. */
export const spending: RoleCredentials = Object.freeze({
  accessKeyId: made('spending', 'id'),
  secretAccessKey: made('spending', 'words'),
  sessionToken: made('spending', 'session', 'with', '+/='),
});

export const roleArn = 'arn:aws:iam::123456789012:role/spending';

/** Noon of some day, in milliseconds. */
export const noon = Date.UTC(2026, 10, 20, 12);

/** What STS answers to AssumeRole, in its XML. */
export function assumed(until: number, { accessKeyId, secretAccessKey, sessionToken } = spending): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>ID:bedrock-gateway</AssumedRoleId><Arn>${roleArn}</Arn></AssumedRoleUser>
    <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
    <SessionToken>${sessionToken}</SessionToken><Expiration>${new Date(until).toISOString()}</Expiration></Credentials>
    </AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`;
}

export function refusedBySts(): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>
    <Message>User: arn:aws:sts::123456789012:assumed-role/function is not authorized to perform: sts:AssumeRole on ${roleArn}</Message>
    </Error><RequestId>r</RequestId></ErrorResponse>`;
}

/** An STS that gives the spending role for an hour, unless the test says otherwise. */
export function sts(answer: Answer = (response) => void response.end(assumed(noon + 3_600_000))): Promise<Loopback> {
  return loopback((response, request, count) => {
    response.setHeader('content-type', 'text/xml');
    response.setHeader('x-amzn-requestid', 'r');
    return answer(response, request, count);
  });
}

export function signerOf(stsEndpoint: string, now: () => number = () => noon): Signer {
  return createSigner({ roleArn, region: 'eu-central-1', credentials: { ...own }, stsEndpoint, now });
}
