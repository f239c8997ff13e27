import { InvalidArgumentError, type Command } from 'commander';
import { bumpEpochs, streamPoints } from '../platform/audit/index.js';
import { onPrimary } from '../platform/database/index.js';
import { renderPoint } from '../core/index.js';
import { exitCodes } from './exit-codes.js';
import { localCaller } from './local-caller.js';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { withDatabase } from './with-database.js';

interface BumpOptions {
  readonly stream: readonly string[];
  readonly reason: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const longestReason = 1_000;

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > longestReason)
    throw new InvalidArgumentError(`why it is done, in 1 to ${longestReason} characters: the audit keeps it`);
  return reason;
}

interface Row {
  readonly stream: string;
  readonly from: string;
  readonly to?: string;
}

function show(rows: readonly Row[], json = false): void {
  print(json ? JSON.stringify(rows, null, 2) : renderTable(rows.map((row) => ({ ...row }))));
}

function bump({ stream, reason, yes, json }: BumpOptions): Promise<void> {
  return withDatabase(async (_settings, url) => {
    if (yes) {
      const call = localCaller('epoch bump');
      return show(await onPrimary(url, (manager) => bumpEpochs(manager, stream, reason, call)), json);
    }
    const points = await onPrimary(url, (manager) => streamPoints(manager, stream));
    show(
      points.map((point) => ({ stream: point.stream, from: renderPoint(point) })),
      json,
    );
    tell(
      'nothing was changed: with --yes each of these streams gets a new epoch, and is loaded anew everywhere',
    );
    process.exitCode = exitCodes.wouldChange;
  });
}

export function addEpochCommands(program: Command): void {
  program
    .command('epoch')
    .description('the history that every process believes in')
    .command('bump')
    .description(
      'begin a new one, after a restore or a doubtful fail-over: every process loads everything anew',
    )
    .option('--stream <name...>', 'only these streams of changes; without it, every one', [])
    .requiredOption('--reason <text>', 'why, for the audit', reasonOf)
    .option('--yes', 'do it; without it, what would be done is shown')
    .option('--json', 'for programs, instead of a table')
    .action(bump);
}
