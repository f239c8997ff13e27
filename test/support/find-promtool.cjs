const findDebianProgram = require('./find-debian-program.cjs');

const wanted = {
  variable: 'PROMTOOL',
  names: ['promtool'],
  source: 'prometheus',
  // It is linked to nothing but libc; what the server needs besides it is a lot.
  alone: true,
  banner: /^promtool, version /,
};

/** Its path, or `null`. */
module.exports = function findPromtool(env = process.env) {
  return findDebianProgram(wanted, env)?.program ?? null;
};

if (require.main === module) {
  const promtool = module.exports();
  process.stdout.write(`${promtool ?? 'no promtool: set PROMTOOL, or install the package prometheus'}\n`);
  process.exitCode = promtool === null ? 1 : 0;
}
