import { registerHooks } from 'node:module';

/**
 * GitHub's parser imports its schemas as JSON without the import attribute that Node asks for, since GitHub bundles
 * it. The attribute is added here, for that package alone.
 */
registerHooks({
  load(url, context, nextLoad) {
    const isSchema = /\/@actions\/workflow-parser\/.*\.json$/.test(url);
    return nextLoad(url, isSchema ? { ...context, importAttributes: { type: 'json' } } : context);
  },
});
