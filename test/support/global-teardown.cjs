const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

module.exports = async () => {
  const { folder, guard, tmpdir, postgres } = globalThis.testRun;
  if (tmpdir === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmpdir;
  if (postgres) {
    await postgres.stop();
    // Where the run's folder is out of its reach, the database is kept elsewhere.
    fs.rmSync(path.dirname(postgres.clusterDir), { recursive: true, force: true, maxRetries: 5 });
  }
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (guard.exitCode === null && guard.signalCode === null) {
    // Waited for unreferenced, it would let the process end before Jest has written its results.
    guard.ref();
    guard.kill('SIGKILL');
    await once(guard, 'exit');
  }
};
