import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { choosePort } from '../src/adapters/embedded-postgres/choose-port.js';
import { describeRedis } from './support/describe-redis.js';
import { pollUntil } from './support/poll-until.js';
import { Shell } from './support/shell.js';
import { tempFolder } from './support/temp-folder.js';
import { stepsOf, withoutVarying, type Step } from './support/walkthrough.js';

const root = resolve(__dirname, '..');

/** What of the repository the commands of the page touch; everything else of it they must not need. */
const parts = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'node_modules'];
const folders = ['scripts', 'dist', 'src', 'migrations', 'sample', 'config'];

describeRedis('what a page has its reader paste', () => {
  let folder: string;
  let port: number;
  let redisPort: number;
  let shell: Shell;
  let server: ChildProcess | undefined;
  let serverOutput: string;

  const here = (command: string) =>
    command.replaceAll('localhost:3000', `127.0.0.1:${port}`).replaceAll('6390', String(redisPort));

  const environment = (): NodeJS.ProcessEnv => {
    const { HOME, PATH = '' } = process.env;
    return { HOME, PATH: [join(folder, 'bin'), PATH].join(delimiter), PORT: String(port), LOG_LEVEL: 'warn' };
  };

  /** For a shell that finds `redis-server` as one that is installed. */
  function installRedis(): void {
    const { TEST_REDIS_SERVER, TEST_REDIS_LIBRARIES } = process.env;
    const file = join(folder, 'bin', 'redis-server');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(
      file,
      `#!/bin/sh\nexport LD_LIBRARY_PATH='${TEST_REDIS_LIBRARIES}'\nexec '${TEST_REDIS_SERVER}' --dir '${folder}' "$@"\n`,
    );
    chmodSync(file, 0o755);
  }

  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200;
    } catch {
      return false;
    }
  };

  /** Ctrl-C: all of the terminal's processes get it. */
  async function stopServer(): Promise<void> {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exited = once(running, 'exit');
    process.kill(-running.pid!, 'SIGINT');
    await exited;
    await pollUntil(
      async () => !(await isReady()),
      'the server is gone',
      () => serverOutput,
    );
  }

  async function startServer(command: string): Promise<void> {
    await stopServer();
    serverOutput = '';
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const started = spawn('bash', ['-c', here(command)], {
      cwd: folder,
      env: environment(),
      stdio,
      detached: true,
    });
    server = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => (serverOutput += chunk.toString()));
    const isGreeted = () => command.includes('DATABASE_URL') || serverOutput.includes('The admin key is in');
    await pollUntil(
      async () => isGreeted() && (await isReady()),
      'the server is ready',
      () => serverOutput,
      60_000,
    );
  }

  /** A busy machine may take longer than the page waits: what only asks is asked again until it answers so. */
  async function take(step: Extract<Step, { kind: 'shell' }>): Promise<void> {
    const answer = async () => withoutVarying(await shell.run(here(step.command)));
    const first = await answer();
    if (step.expected === null) return;
    const expected = withoutVarying(step.expected);
    if (first === expected) return;
    if (step.command.includes(' -X ')) throw new Error(`"${step.command}" answers ${first}, not ${expected}`);
    let latest = first;
    await pollUntil(
      async () => (latest = await answer()) === expected,
      `"${step.command}" answers ${expected}`,
      () => `It answers ${latest}`,
      15_000,
    );
  }

  beforeEach(async () => {
    folder = tempFolder('walkthrough');
    for (const part of [...parts, ...folders]) symlinkSync(join(root, part), join(folder, part));
    installRedis();
    port = await choosePort();
    redisPort = await choosePort();
    shell = new Shell(folder, environment());
  });

  afterEach(async () => {
    await stopServer();
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['README.md', 9],
    ['docs/outage.md', 30],
  ])(
    '%s shows what comes of every line (OP-9)',
    async (page, leastSteps) => {
      const steps = stepsOf(join(root, page));
      expect(steps.length).toBeGreaterThanOrEqual(leastSteps);
      for (const step of steps) {
        if (step.kind === 'server') await startServer(step.command);
        else await take(step);
      }
    },
    300_000,
  );
});
