import fs from 'node:fs/promises';
import path from 'node:path';
import { checkCluster, refuseOtherContent } from './check-cluster.js';
import { createCluster } from './create-cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { EmbeddedPostgresOptions } from './embedded-postgres.options.js';
import { locatePackage } from './locate-package.js';
import { makeSystemFolder } from './make-system-folder.js';
import { createPassword, passwordFile, readPassword } from './password-file.js';
import { postgresUser } from './postgres-user.js';
import { prepareBinaries } from './prepare-binaries.js';
import { recall, remember } from './remembered.js';
import { holdsCluster, resolveClusterFolder } from './resolve-cluster-folder.js';
import { startPostmaster } from './start-postmaster.js';
import { stopPostmaster } from './stop-postmaster.js';
import { urlOf } from './url-of.js';

const SYSTEM_FOLDER = '/var/lib/lastgood';

/** From nothing, or from whatever an earlier process left behind, to a server that answers. */
export async function bringUp(options: EmbeddedPostgresOptions) {
  const { fast = false, samePort = false, notice = () => {} } = options;
  const installed = locatePackage();
  const user = postgresUser();
  await fs.mkdir(options.dataDir, { recursive: true });
  const dataDir = await fs.realpath(options.dataDir);
  const systemFolder = () => makeSystemFolder(options.systemFolder ?? SYSTEM_FOLDER, user);

  const remembered = await recall(dataDir);
  const clusterDir = await resolveClusterFolder({ dataDir, remembered, user, systemFolder, notice });
  const exists = await holdsCluster(clusterDir);
  await (exists ? checkCluster(clusterDir, installed.major, user) : refuseOtherContent(clusterDir));
  const known = await readPassword(dataDir);
  if (exists && !known) throw passwordMissing(dataDir, clusterDir);

  const copiesFolder = user.uid === undefined ? async () => dataDir : systemFolder;
  const binaries = await prepareBinaries({ installed, user, copiesFolder, notice });
  const password = known ?? (await createPassword(dataDir));
  const created = !exists && (await createCluster({ clusterDir, binaries, password, user, fast }));
  if (!exists && !created) {
    await refuseOtherContent(clusterDir);
    await checkCluster(clusterDir, installed.major, user);
  }

  const urlAt = (port: number) => urlOf(password, port);
  const place = { clusterDir, binaries, user, port: remembered.port };
  const { pid, port, adopted } = await startPostmaster({ ...place, samePort, fast, urlAt, notice });
  const outside = path.dirname(clusterDir) === dataDir ? undefined : clusterDir;
  try {
    await remember(dataDir, { port, clusterDir: outside, dataDir });
  } catch (error) {
    // Nobody would hold it, or find it again.
    if (!adopted) await stopPostmaster(clusterDir, pid);
    throw error;
  }
  return { url: urlAt(port), port, pid, created, adopted, clusterDir };
}

const passwordMissing = (dataDir: string, clusterDir: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'password-missing',
    `The database in ${clusterDir} needs ${passwordFile(dataDir)}, which is missing or empty: put the file back, or move the database away to begin with an empty one`,
  );
