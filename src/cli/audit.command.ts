import type { Command } from 'commander';
import { AuditLogService } from '../platform/audit/index.js';
import { CountsProgress } from './counts-progress.js';
import { print } from './print.js';
import { withContext } from './with-context.js';

async function verify({ head = null, json }: { head?: string | null; json?: boolean }): Promise<void> {
  await withContext(async (context) => {
    const progress = new CountsProgress(1, []);
    const verdict = await context
      .get(AuditLogService)
      .verify(head, (rows, of) => progress.show(rows, {}, of))
      .finally(() => progress.stop());
    const { rows, faults } = verdict;
    if (json) print(JSON.stringify(verdict));
    else {
      for (const fault of faults) print(fault);
      if (faults.length === 0) print(`${rows} rows, the chain is whole; head ${verdict.head}`);
    }
    if (faults.length > 0) process.exitCode = 1;
  });
}

export function addAuditCommands(program: Command): void {
  program
    .command('audit')
    .description('who changed what')
    .command('verify')
    .description(
      'walk the hash chain of all changes; exits with 1 where a row was edited, removed or put in between',
    )
    .option('--head <hash>', 'a head that was noted earlier, which must still be in the chain')
    .option('--json', 'for programs')
    .action(verify);
}
