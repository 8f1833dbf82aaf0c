import { PolicyPack } from '@pulumi/policy';

import { policies } from './policies.ts';

// Pulumi reads the version from the package.json beside this file.
new PolicyPack('bedrock-gateway', { enforcementLevel: 'mandatory', policies });
