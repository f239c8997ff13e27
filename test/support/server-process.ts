import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pollUntil } from './poll-until.js';

const built = join(__dirname, '..', '..', 'dist', 'src');

/** The built server (or another entry of `dist`) as a process of its own, killed with real signals. */
export class ServerProcess {
  stdout = '';
  stderr = '';
  /** `null` while it runs, and when a signal ended it. */
  exitCode: number | null = null;
  hasEnded = false;
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(
    settings: Record<string, string>,
    readonly args: readonly string[] = [join(built, 'main.js')],
  ) {
    const { PATH, HOME } = process.env;
    this.child = spawn(process.execPath, args, {
      env: { PATH, HOME, PORT: '0', LOG_LEVEL: 'info', ...settings },
      cwd: settings.DATA_DIR,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = once(this.child, 'exit').then(([code]) => {
      this.exitCode = code as number | null;
      this.hasEnded = true;
    });
  }

  /** A command of the CLI. */
  static cli(settings: Record<string, string>, ...args: string[]): ServerProcess {
    return new ServerProcess(settings, [join(built, 'cli', 'main.js'), ...args]);
  }

  /** The address it listens on. */
  async url(): Promise<string> {
    const listening = () => /"url":"(http:[^"]+)"/.exec(this.stdout)?.[1];
    await pollUntil(
      () => listening() !== undefined || this.exitCode !== null,
      'the server listens',
      () => this.output,
      60_000,
    );
    const url = listening();
    if (url === undefined) throw new Error(`exited with ${this.exitCode}:\n${this.output}`);
    return url;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async exit(): Promise<number | null> {
    await this.exited;
    return this.exitCode;
  }

  async stop(): Promise<void> {
    if (this.exitCode === null) this.kill('SIGTERM');
    await this.exited;
  }

  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }
}
