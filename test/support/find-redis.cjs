const findDebianProgram = require('./find-debian-program.cjs');

const wanted = {
  variable: 'REDIS_SERVER',
  names: ['redis-server', 'valkey-server'],
  source: 'redis-server',
  alone: false,
  banner: /^(Redis|Valkey) server /,
};

/** @returns {{ server: string, libraries: string } | null} */
module.exports = function findRedis(env = process.env) {
  const found = findDebianProgram(wanted, env);
  return found && { server: found.program, libraries: found.libraries };
};
