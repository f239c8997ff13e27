import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { readGames } from '../features/signals/index.js';
import {
  SharedWarming,
  SignalsOperatingModule,
  type Game,
  type SharedCounts,
} from '../features/signals/operating/index.js';
import { readSettings } from '../platform/config/read-settings.js';
import { CountsProgress } from './counts-progress.js';
import { describeCause } from './describe-cause.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { untilStopped } from './until-stopped.js';
import { withContext } from './with-context.js';

interface WarmOptions {
  readonly games: string;
  readonly concurrency: number;
  readonly json?: boolean;
}

interface Failure {
  readonly signal: string;
  readonly message: string;
}

const readyWithinMs = 10_000;

/** Whatever would make all of it in vain is told before any source is asked. */
export async function warmSignals(options: WarmOptions): Promise<void> {
  const games = readGames(await readFile(options.games, 'utf8'));
  const { redis, cache } = readSettings();
  const inVain = 'signals loaded here would be gone with this process';
  if (redis.url === null) throw new Error(`REDIS_URL is not set: ${inVain}`);
  if (!cache.switches.redis) throw new Error(`ENABLE_REDIS_CACHE is off: ${inVain}`);
  await untilStopped((signal) =>
    withContext((context) => warmIn(context, games, options, signal), [SignalsOperatingModule]),
  );
}

async function warmIn(
  context: INestApplicationContext,
  games: readonly Game[],
  { concurrency, json = false }: WarmOptions,
  signal: AbortSignal,
): Promise<void> {
  const warming = context.get(SharedWarming);
  await warming.whenReady(readyWithinMs, signal);
  const { refs, skipped } = warming.plan(games);
  for (const { type, why } of skipped) tell(`${type} is not warmed: ${why}`);
  const failures: Failure[] = [];
  const progress = new CountsProgress(refs.length, ['loaded', 'missing', 'failed']);
  const counts = await warming.run(refs, {
    concurrency,
    signal,
    tell: (sofar, { type, id }, error) => {
      if (error !== null) failures.push({ signal: `${type} ${id}`, message: describeCause(error) });
      progress.show(sofar.processed, sofar);
    },
  });
  progress.stop();
  report(counts, failures, json ? { ...counts, skipped, failures } : null);
}

function report(counts: SharedCounts, failures: readonly Failure[], asJson: object | null): void {
  const { total, processed, loaded, missing, failed, unshared } = counts;
  if (asJson !== null) print(JSON.stringify(asJson, null, 2));
  else {
    for (const { signal, message } of failures) tell(`${signal}: ${message}`);
    const row = Object.entries({ processed, loaded, missing, failed });
    print(renderTable([Object.fromEntries(row.map(([name, count]) => [name, String(count)]))]));
    if (processed < total) tell(`${total - processed} of ${total} were not begun`);
    if (unshared > 0) tell(`${unshared} were loaded, but Redis did not keep them`);
  }
  if (failed + unshared > 0 || processed < total) process.exitCode = 1;
}
