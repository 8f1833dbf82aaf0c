import path from 'node:path';

import type { Metafile, Plugin } from 'esbuild';

/** What an entry point imports statically of its own package; `metafile` is of a build that left all imports external. */
export function staticImports({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const own = imports.filter(({ kind, path: specifier }) => kind === 'import-statement' && specifier.startsWith('.'));
  return own.map(({ path: specifier }) => specifier);
}

/**
 * Makes esbuild put all code that is loaded at start into one chunk, from which later chunks import what they share with it.
 * esbuild keeps modules together that are reached from the same entry points, and every `import()` makes an entry point:
 * so each of these gets the static imports of the real one, which are given as specifiers relative to `folder`.
 */
export function oneStaticChunk(root: string, folder: string, specifiers: readonly string[]): Plugin {
  const contents = specifiers.map((specifier) => `import ${JSON.stringify(specifier)};`).join('');
  return {
    name: 'one-static-chunk',
    setup(build) {
      build.onResolve({ filter: /^static-code$/ }, () => ({ path: 'static-code', namespace: 'static' }));
      build.onLoad({ filter: /./, namespace: 'static' }, () => ({ contents, resolveDir: path.join(root, folder) }));
      build.onResolve({ filter: /./, namespace: 'file' }, async ({ kind, path: specifier, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const { path: file, external, errors } = await build.resolve(specifier, { kind, resolveDir });
        if (external || errors.length > 0) return undefined;
        // Relative: the names of chunks depend on it, and must not depend on where the sources are.
        return { path: `./${path.relative(root, file).replaceAll(path.sep, '/')}`, namespace: 'lazy' };
      });
      build.onLoad({ filter: /./, namespace: 'lazy' }, ({ path: file }) => ({
        contents: lazyModule(JSON.stringify(file)),
        resolveDir: root,
      }));
    },
  };
}

/** The source of a module with the exports of another, which imports all static code as well. */
function lazyModule(specifier: string): string {
  return `import 'static-code';
    import * as all from ${specifier};
    export * from ${specifier};
    export default all.default;`;
}
