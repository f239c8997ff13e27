import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { choosePort } from '../../src/adapters/embedded-postgres/choose-port.js';
import { pollUntil } from './poll-until.js';
import { Shell } from './shell.js';
import { tempFolder } from './temp-folder.js';

const root = resolve(__dirname, '../..');

/** What of the repository the commands of a page touch; everything else of it they must not need. */
const parts = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'node_modules'];
const folders = ['scripts', 'dist', 'src', 'migrations', 'sample', 'config'];

/** Somebody with a clone of the repository, a terminal to type into and another one for the server. */
export class PageReader {
  private server: ChildProcess | undefined;
  private serverOutput = '';
  private shell: Shell;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly redisPort: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.installRedis();
    this.shell = new Shell(folder, this.environment());
  }

  static async sitDown(env: Readonly<Record<string, string>> = {}): Promise<PageReader> {
    const folder = tempFolder('walkthrough');
    for (const part of [...parts, ...folders]) symlinkSync(join(root, part), join(folder, part));
    mkdirSync(join(folder, 'bin'));
    return new PageReader(folder, await choosePort(), await choosePort(), env);
  }

  /** What a command printed, errors included. */
  run(command: string): Promise<string> {
    return this.shell.run(this.here(command));
  }

  /** In place of the one that runs; settles once it is ready. */
  async startServer(command: string): Promise<void> {
    await this.stopServer();
    this.serverOutput = '';
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const started = spawn('bash', ['-c', this.here(command)], {
      cwd: this.folder,
      env: this.environment(),
      stdio,
      detached: true,
    });
    this.server = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (this.serverOutput += chunk.toString()));
    const isGreeted = () =>
      command.includes('DATABASE_URL') || this.serverOutput.includes('The admin key is in');
    await pollUntil(
      async () => isGreeted() && (await this.isReady()),
      'the server is ready',
      () => this.serverOutput,
      60_000,
    );
  }

  /** Puts a program before those that are installed. */
  install(name: string, script: string): void {
    const file = join(this.folder, 'bin', name);
    writeFileSync(file, script);
    chmodSync(file, 0o755);
  }

  async leave(): Promise<void> {
    await this.stopServer();
    await this.shell.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private here(command: string): string {
    return command
      .replaceAll('localhost:3000', `127.0.0.1:${this.port}`)
      .replaceAll('6390', String(this.redisPort))
      .replaceAll('redis://localhost ', `redis://127.0.0.1:${this.redisPort} `);
  }

  private environment(): NodeJS.ProcessEnv {
    const { HOME, PATH = '' } = process.env;
    const path = [join(this.folder, 'bin'), PATH].join(delimiter);
    return { HOME, PATH: path, PORT: String(this.port), LOG_LEVEL: 'warn', ...this.env };
  }

  /** For a shell that finds `redis-server` as one that is installed. */
  private installRedis(): void {
    const { TEST_REDIS_SERVER, TEST_REDIS_LIBRARIES } = process.env;
    const run = `exec '${TEST_REDIS_SERVER}' --dir '${this.folder}' "$@"`;
    this.install('redis-server', `#!/bin/sh\nexport LD_LIBRARY_PATH='${TEST_REDIS_LIBRARIES}'\n${run}\n`);
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/health/ready`)).status === 200;
    } catch {
      return false;
    }
  }

  /** Ctrl-C: all of the terminal's processes get it. */
  private async stopServer(): Promise<void> {
    const running = this.server;
    this.server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    process.kill(-running.pid!, 'SIGINT');
    await exited;
    await pollUntil(
      async () => !(await this.isReady()),
      'the server is gone',
      () => this.serverOutput,
    );
  }
}
