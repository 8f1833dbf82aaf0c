// Resolves what the tests and the product import from each other, and Node's own modules, without Vitest. Its hook tells its main process of
// each import, for runs that watch files, which `npm test` never does: that took a twentieth of its time.
import { registerHooks, setSourceMapsSupport } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('node:')) return { url: specifier, format: 'builtin', shortCircuit: true };
    const isOwn = /^\.\.?\//.test(specifier) && /\.(?:ts|mjs)$/.test(specifier);
    const { parentURL } = context;
    if (!isOwn || parentURL === undefined || parentURL.includes('/node_modules/')) return next(specifier, context);
    return { url: new URL(specifier, parentURL).href, shortCircuit: true };
  },
});

// Types are stripped in place, so there are no source maps; looking for them makes each stack trace slow, of which Pulumi asks thousands.
setSourceMapsSupport(false);
