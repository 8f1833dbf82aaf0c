// The entry of the package as a plugin of Pulumi: it serves the component to programs in other languages.
import path from 'node:path';

import { componentProviderHost } from '@pulumi/pulumi/provider/experimental/index.js';

import { BedrockGateway } from './gateway.ts';

// Pulumi reads the arguments of the component from the declarations that the package has for TypeScript.
void componentProviderHost({
  name: 'bedrock-gateway',
  dirname: path.join(import.meta.dirname, 'schema'),
  components: [BedrockGateway],
});
