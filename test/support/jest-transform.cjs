// Node 20 cannot require() an ES module, Nest 12 is ESM-only and some of its plugins are CommonJS: so under Jest
// everything becomes CommonJS, our TypeScript and every ES module of node_modules. See docs/adr/0005.
const crypto = require('node:crypto');
const fs = require('node:fs');
const swc = require('@swc/core');

const shared = { swcrc: false, configFile: false, module: { type: 'commonjs' } };
const typescript = {
  ...shared,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      hidden: { jest: true },
    },
  },
};
const javascript = {
  ...shared,
  sourceMaps: false,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
};
const looksLikeEsm =
  /^\s*(?:import\b(?!\s*\()|export\b)|import\.meta|\bimport\(|[;}]\s*(?:import|export)[\s{*]/m;
const version = crypto
  .createHash('sha1')
  .update(fs.readFileSync(__filename))
  .update(swc.version)
  .digest('hex');

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, options) =>
    crypto
      .createHash('sha1')
      .update(version)
      .update(file)
      .update(source)
      .update(String(options.instrument))
      .digest('hex'),
  process(source, file) {
    const isTypescript = file.endsWith('.ts');
    if (!isTypescript && !file.endsWith('.mjs') && !looksLikeEsm.test(source)) return { code: source };
    return swc.transformSync(source, { ...(isTypescript ? typescript : javascript), filename: file });
  },
};
