const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/core');

const from = path.join(__dirname, 'items-app');
const root = path.join(__dirname, '..', '..');
const into = path.join(root, 'dist', path.relative(root, from));

/** Puts the rehearsal application beside the built source that it imports; answers where to start it. */
module.exports = function buildItemsApp() {
  fs.mkdirSync(into, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    const { code } = swc.transformFileSync(path.join(from, name), {
      swcrc: false,
      configFile: false,
      module: { type: 'es6' },
      sourceMaps: 'inline',
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, useDefineForClassFields: false },
      },
    });
    const file = path.join(into, name.replace(/\.ts$/, '.js'));
    // Another run may start it at this moment.
    fs.writeFileSync(`${file}.${process.pid}`, code);
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  return path.join(into, 'main.js');
};
