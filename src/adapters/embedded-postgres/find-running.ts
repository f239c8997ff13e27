import fs from 'node:fs/promises';
import path from 'node:path';
import { findPostmaster } from './find-postmaster.js';
import { readPassword } from './password-file.js';
import { recall } from './remembered.js';
import { urlOf } from './url-of.js';

/** The URL of the database of a data folder, if it runs; nothing is started for that. */
export async function findRunning(dataDir: string): Promise<string | null> {
  const { clusterDir = path.join(dataDir, 'postgres') } = await recall(dataDir);
  const folder = await fs.realpath(clusterDir).catch(() => null);
  if (folder === null) return null;
  const postmaster = await findPostmaster(folder);
  const password = await readPassword(dataDir);
  return postmaster === undefined || password === undefined ? null : urlOf(password, postmaster.port);
}
