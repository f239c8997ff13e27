import type { Finding, Verdict } from '../../src/cli/doctor/finding.js';
import { ServerProcess } from './server-process.js';
import { tempFolder } from './temp-folder.js';

interface Examination {
  readonly exitCode: number | null;
  readonly output: string;
  readonly verdict: Verdict;
  readonly of: Readonly<Record<string, Finding>>;
}

/** What `lastgood doctor` says. */
export async function examine(settings: Record<string, string>): Promise<Examination> {
  const command = ServerProcess.cli({ DATA_DIR: tempFolder('doctor'), ...settings }, 'doctor', '--json');
  const exitCode = await command.exit();
  const { verdict, findings } = JSON.parse(command.stdout) as { verdict: Verdict; findings: Finding[] };
  const of = Object.fromEntries(findings.map((finding) => [finding.check, finding]));
  return { exitCode, output: command.output, verdict, of };
}
