import { isBuiltin } from 'node:module';

import type { Plugin } from 'esbuild';

/**
 * Lets packages in CommonJS require Node's own modules: esbuild leaves such a `require` as it is, and there is none in the ES modules
 * that it makes.
 */
export function nodeRequires(): Plugin {
  return {
    name: 'node-requires',
    setup(build) {
      build.onResolve({ filter: /^[a-z:_/]+$/ }, ({ kind, path: name }) =>
        kind === 'require-call' && isBuiltin(name) ? { path: name, namespace: 'node-require' } : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'node-require' }, ({ path: name }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
      }));
    },
  };
}
