// `npm run build:package`: writes the package of the component to dist/package.
import path from 'node:path';

import { buildPackage } from './build-package.ts';

const root = path.dirname(import.meta.dirname);
await buildPackage(root, path.join(root, 'dist/package'));
console.log('dist/package is the package bedrock-gateway: docs/component.md says how programs use it');
