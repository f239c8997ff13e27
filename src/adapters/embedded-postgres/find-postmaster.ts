import fs from 'node:fs/promises';
import path from 'node:path';
import { inspectProcess, type Relation } from './inspect-process.js';

export interface Postmaster {
  pid: number;
  port: number;
  /** Postgres's own word: `starting`, `ready` or `stopping`; empty right at the beginning. */
  status: string;
}

const EMPTY_IS_REMNANT_AFTER_MS = 5_000;

const pidFile = (clusterDir: string): string => path.join(clusterDir, 'postmaster.pid');

/** The live postmaster of this cluster, whoever started it. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const { relation, ...postmaster } = await readPidFile(clusterDir);
  return relation === 'own' ? postmaster : undefined;
}

/**
 * Postgres takes its pid file for stale only if the process is gone. After a restart in a container the same id may
 * well be that of another process, and Postgres would refuse to start forever.
 */
export async function discardMisleadingPidFile(clusterDir: string): Promise<void> {
  const { relation, pid } = await readPidFile(clusterDir);
  const stat = await fs.stat(pidFile(clusterDir)).catch(() => undefined);
  if (!stat) return;
  const isRemnant = stat.size === 0 && Date.now() - stat.mtimeMs > EMPTY_IS_REMNANT_AFTER_MS;
  if (isRemnant || (pid > 0 && relation === 'foreign')) await fs.rm(pidFile(clusterDir), { force: true });
}

async function readPidFile(clusterDir: string): Promise<Postmaster & { relation: Relation }> {
  const text = await fs.readFile(pidFile(clusterDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number.parseInt(lines[0]!, 10)) || 0;
  const relation = pid > 0 ? await inspectProcess(pid, clusterDir) : 'foreign';
  return { pid, port: Number(lines[3] ?? 0), status: lines[7] ?? '', relation };
}
