import type { Command } from 'commander';
import { findRunning } from '../adapters/embedded-postgres/find-running.js';
import { examineOwnSettings } from '../platform/config/read-settings.js';
import { checkCacheFile } from './doctor/check-cache-file.js';
import { checkClock } from './doctor/check-clock.js';
import { checkDatabase } from './doctor/check-database.js';
import { checkDisk } from './doctor/check-disk.js';
import { checkKeys } from './doctor/check-keys.js';
import { checkListen } from './doctor/check-listen.js';
import { checkMigrations } from './doctor/check-migrations.js';
import { checkRedis } from './doctor/check-redis.js';
import { checkServer } from './doctor/check-server.js';
import { checkSettings } from './doctor/check-settings.js';
import { checkSignalsFile } from './doctor/check-signals-file.js';
import { notLookedAt, warn, type Finding, type Found } from './doctor/finding.js';
import { runCheck } from './doctor/run-check.js';
import { exitCodes } from './exit-codes.js';
import { print } from './print.js';

/** What hangs in the operating system, as a disk that is gone, must not keep the process. */
const endsWithinMs = 500;

type Look = (signal: AbortSignal) => Promise<Found>;

const check = (name: string, look: Look, advice: string) => runCheck({ name, look, advice });

/** The checks at once, each bounded; what needs the database comes after it was looked at. */
function examine(): Promise<Finding>[] {
  const examined = examineOwnSettings();
  const { settings, wrong } = examined;
  const unless = (name: string, look: Look): Look =>
    wrong.has(name) ? async () => notLookedAt(`${name} is wrong`) : look;
  const url =
    settings.database.url === null ? findRunning(settings.dataDir) : Promise.resolve(settings.database.url);
  const notRunning = warn(
    'the embedded Postgres is not running',
    '"lastgood start" starts it, and the server; under a server that runs, "lastgood database start"',
  );

  const database = check(
    'database',
    unless('DATABASE_URL', async (signal) => {
      const at = await url;
      return at === null ? notRunning : checkDatabase(at, signal);
    }),
    'start it, and see that DATABASE_URL names it and that no firewall stands between',
  );
  /** Asks a database that answers. */
  const beyond = async (
    name: string,
    look: (at: string, signal: AbortSignal) => Promise<Found>,
    advice: string,
  ) => {
    const { verdict, message } = await database;
    const isAsked = !wrong.has('DATABASE_URL') && verdict !== 'fail' && message !== notRunning.message;
    const at = isAsked ? await url : null;
    return check(
      name,
      async (signal) => (at === null ? notLookedAt('see the database') : look(at, signal)),
      advice,
    );
  };
  const hasTokens = settings.access.jwt !== null;
  return [
    check('settings', async () => checkSettings(examined), ''),
    check('signals file', async () => checkSignalsFile(settings), ''),
    database,
    beyond('listen', checkListen, 'changes arrive by the poll until it is mended, once a second'),
    beyond('clock', checkClock, 'see the database'),
    beyond('migrations', checkMigrations, 'see the database'),
    beyond('keys', (at, signal) => checkKeys(at, hasTokens, signal), 'see the database'),
    check(
      'redis',
      unless('REDIS_URL', (signal) => checkRedis(settings, signal)),
      'start it, and see that REDIS_URL names it, with its password; all goes on without it, more slowly',
    ),
    check('disk', () => checkDisk(settings), 'see that DATA_DIR is on a disk that answers'),
    check('cache file', () => checkCacheFile(settings), 'see that DATA_DIR is on a disk that answers'),
    check('server', (signal) => checkServer(settings, signal), 'it hangs: its log says why'),
  ];
}

async function doctor({ json = false }: { json?: boolean }): Promise<void> {
  const findings: Finding[] = [];
  for (const each of examine()) {
    const finding = await each;
    findings.push(finding);
    if (!json) show(finding);
  }
  const count = (verdict: Finding['verdict']) => findings.filter((each) => each.verdict === verdict).length;
  const verdict = count('fail') > 0 ? 'fail' : count('warn') > 0 ? 'warn' : 'ok';
  if (json) print(JSON.stringify({ verdict, findings }, null, 2));
  else print(`\n${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`);
  process.exitCode = verdict === 'fail' ? exitCodes.failed : exitCodes.done;
  setTimeout(() => process.exit(), endsWithinMs).unref();
}

const nameWidth = 12;

function show({ check: name, verdict, message, advice }: Finding): void {
  print(`${verdict.padEnd(4)}  ${name.padEnd(nameWidth)}  ${message.trimEnd()}`);
  if (advice) print(`${' '.repeat(nameWidth + 8)}→ ${advice}`);
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at everything a server needs, and say what to do; starts nothing and changes nothing')
    .option('--json', 'for programs, instead of lines')
    .action(doctor);
}
