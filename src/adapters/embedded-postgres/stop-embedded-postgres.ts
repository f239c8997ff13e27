import fs from 'node:fs/promises';
import path from 'node:path';
import { recall } from './remembered.js';
import { stopPostmaster } from './stop-postmaster.js';

/** Stops the database of a data folder, whoever started it. False: it wasn't running. */
export async function stopEmbeddedPostgres(dataDir: string): Promise<boolean> {
  const { clusterDir } = await recall(dataDir);
  const folder = await fs.realpath(clusterDir ?? path.join(dataDir, 'postgres')).catch(() => undefined);
  return folder === undefined ? false : stopPostmaster(folder);
}
