import type { RoleCredentials } from '../../config.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { hostHeader } from '../wire/endpoint.ts';
import { signedHeaders } from './signature.ts';
import type { Signed, SignedParts, Signer, SigningScope } from './signer.ts';
import { createSpendingRole, type SpendingRoleOptions } from './spending-role.ts';

/** Makes the function that signs calls with the spending role, which it assumes for the first. */
export function spendingSigner(options: SpendingRoleOptions): Signer['sign'] {
  const role = createSpendingRole(options);

  function signWith(
    credentials: Outcome<RoleCredentials>,
    { host, method, path, headers, body = '' }: SignedParts,
    { service, region }: SigningScope,
  ): Signed {
    if (!credentials.ok) return credentials;
    const unsigned = { host: hostHeader(host), method, path, headers, body };
    const value = signedHeaders(unsigned, { credentials: credentials.value, service, region, now: options.now() });
    return { ok: true, value };
  }

  return (request, scope) => {
    const credentials = role.credentials(scope.reads);
    return credentials instanceof Promise
      ? credentials.then((assumed) => signWith(assumed, request, scope))
      : signWith(credentials, request, scope);
  };
}
