import { FrontDoorError } from './bedrock-error.ts';

/** The bearer key of a request, if it is one of those that are good; else Bedrock's own refusal. */
export function authenticate(authorization: string | undefined, keys: readonly string[]): string {
  if (authorization === undefined)
    throw new FrontDoorError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    // A signature cannot be checked without its secret, and no credential of any role is good here.
    throw new FrontDoorError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const key = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (key === undefined || !keys.includes(key)) {
    throw new FrontDoorError('AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.');
  }
  return key;
}
