import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError, type Command } from 'commander';
import {
  describeFailure,
  NarrativePrewarm,
  NarrativePrewarmModule,
  readProfiles,
  type PlacedProfile,
  type PrewarmCounts,
  type ProfilesForm,
} from '../features/narratives/index.js';
import { readSettings } from '../platform/config/read-settings.js';
import { JobsModule } from '../platform/jobs/index.js';
import { LlmModule } from '../platform/llm/index.js';
import { atOnce } from './at-once.js';
import { CountsProgress } from './counts-progress.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { untilStopped } from './until-stopped.js';
import { withContext } from './with-context.js';

interface PrewarmOptions {
  readonly concurrency: number;
  readonly qps: number;
  readonly json?: boolean;
}

interface Failure {
  readonly place: string;
  readonly message: string;
}

const readyWithinMs = 10_000;

/** Whatever would make all of it in vain is told before anything is paid for. */
async function prewarm(file: string, options: PrewarmOptions): Promise<void> {
  const profiles = readProfiles(await readFile(file, 'utf8'), formOf(file));
  refuseInVain();
  await untilStopped((signal) =>
    withContext(
      (context) => prewarmIn(context, profiles, options, signal),
      [JobsModule, LlmModule, NarrativePrewarmModule],
    ),
  );
}

function formOf(file: string): ProfilesForm {
  const form = extname(file).slice(1).toLowerCase();
  if (form !== 'csv' && form !== 'json') throw new Error(`${file}: a name that ends with .csv or .json`);
  return form;
}

function refuseInVain(): void {
  const { redis, cache, llm } = readSettings();
  if (redis.url === null)
    throw new Error('REDIS_URL is not set: narratives made here would be gone with this process');
  if (!cache.switches.redis)
    throw new Error('ENABLE_REDIS_CACHE is off: narratives made here would be gone with this process');
  if (llm.apiKey === null) throw new Error('LLM_API_KEY is not set: no model can be asked');
}

async function prewarmIn(
  context: INestApplicationContext,
  profiles: readonly PlacedProfile[],
  { concurrency, qps, json = false }: PrewarmOptions,
  signal: AbortSignal,
): Promise<void> {
  const work = context.get(NarrativePrewarm);
  await work.whenReady(readyWithinMs, signal);
  const failures: Failure[] = [];
  const progress = new CountsProgress(profiles.length, ['skipped', 'created', 'failed']);
  const counts = await work.run(profiles, {
    concurrency,
    perSecond: qps,
    signal,
    tell: (sofar, { place }, outcome, error) => {
      if (outcome === 'failed') failures.push({ place, message: describeFailure(error) });
      progress.show(sofar.processed, sofar);
    },
  });
  progress.stop();
  report(counts, failures, json);
}

function report(counts: PrewarmCounts, failures: readonly Failure[], json: boolean): void {
  const { total, processed, skipped, created, failed } = counts;
  if (json) print(JSON.stringify({ ...counts, failures }, null, 2));
  else {
    for (const { place, message } of failures) tell(`${place}: ${message}`);
    const row = { processed, skipped, created, failed };
    print(
      renderTable([Object.fromEntries(Object.entries(row).map(([name, count]) => [name, String(count)]))]),
    );
    if (processed < total)
      tell(`${total - processed} of ${total} were not begun: the same command goes on with them`);
  }
  if (failed > 0 || processed < total) process.exitCode = 1;
}

function rate(text: string): number {
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (!(value > 0)) throw new InvalidArgumentError('a number from 0.001 to 9999, as in 5 or 0.5');
  return value;
}

export function addNarrativesCommands(program: Command): void {
  program
    .command('narratives')
    .description('texts of profiles, made once')
    .command('prewarm <file>')
    .description('make the narratives of all profiles of a CSV or JSON file that Redis does not hold yet')
    .option('--concurrency <count>', 'how many at once', atOnce, 3)
    .option('--qps <rate>', 'how many are begun a second', rate, 1)
    .option('--json', 'for programs, instead of a table')
    .action(prewarm);
}
