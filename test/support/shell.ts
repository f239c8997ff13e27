import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pollUntil } from './poll-until.js';

/** A bash that a test types into, command after command, as a reader would; it ends with its input. */
export class Shell {
  private output = '';
  private commands = 0;
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.child = spawn('bash', ['--noprofile', '--norc'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.child, 'exit');
  }

  /** What a command printed, errors included. */
  async run(command: string): Promise<string> {
    const end = `--- end of command ${++this.commands} ---`;
    this.output = '';
    this.child.stdin!.write(`${command}\necho; echo '${end}'\n`);
    await pollUntil(
      () => this.output.includes(end),
      `it ends: ${command}`,
      () => this.output,
      60_000,
    );
    return this.output.slice(0, this.output.indexOf(end)).trim();
  }

  /** Ends what it left running, too. */
  async close(): Promise<void> {
    this.child.stdin!.end('for job in $(jobs -p); do kill -CONT $job; kill $job; done 2> /dev/null; exit\n');
    await this.ended;
  }
}
