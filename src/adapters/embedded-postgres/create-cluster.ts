import fs from 'node:fs/promises';
import path from 'node:path';
import { makeWhole } from './make-whole.js';
import type { PostgresUser } from './postgres-user.js';
import { runBinary } from './run-binary.js';

interface Request {
  clusterDir: string;
  binaries: string;
  password: string;
  user: PostgresUser;
  /** Leaves out the flush to the disk: the cluster then doesn't survive a power cut. */
  fast: boolean;
}

/** Makes the cluster appear whole or not at all. False: another process made it meanwhile. */
export function createCluster({ clusterDir, binaries, password, user, fast }: Request): Promise<boolean> {
  return makeWhole(clusterDir, async (work) => {
    const data = path.join(work, 'data');
    const secret = path.join(work, 'password');
    await fs.writeFile(secret, `${password}\n`, { flag: 'wx', mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) {
      await fs.chown(secret, user.uid, user.gid);
      await fs.chown(work, user.uid, user.gid);
    }
    const login = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${secret}`];
    const locale = ['--encoding=UTF8', '--locale=C', '--set=timezone=UTC', '--set=log_timezone=UTC'];
    const args = ['--pgdata', data, ...login, ...locale, '--no-instructions', ...(fast ? ['--no-sync'] : [])];
    await runBinary(binaries, 'initdb', args, user);
    return data;
  });
}
