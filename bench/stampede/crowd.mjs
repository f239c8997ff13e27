import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processes } from './scenario.mjs';

/** Until all of them have been told. */
const headStartMs = 150;

/** The processes, each with a reader of its own over one Redis and one origin. */
export class Crowd {
  /** @param script the URL of what each runs, with these arguments and its number */
  constructor(script, settings) {
    this.script = fileURLToPath(script);
    this.settings = settings;
    this.children = [];
  }

  async start() {
    await Promise.all(Array.from({ length: processes }, (_, number) => this.spawn(number)));
  }

  async spawn(number) {
    const child = fork(this.script, [...this.settings, number], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.children[number] = child;
    await once(child, 'message');
  }

  /** All callers of all processes at once; what each process that was not killed tells of its own. */
  async ask(key) {
    const at = Date.now() + headStartMs;
    const asked = this.children.map((child) => this.tell(child, { key, at }));
    return (await Promise.all(asked)).filter((told) => told !== null);
  }

  /** Settles when every process uses Redis, or knows that it cannot. */
  async whenRedis(isUp) {
    await Promise.all(this.children.map((child) => this.tell(child, { isUp })));
  }

  async kill(number) {
    const child = this.children[number];
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop() {
    await Promise.all(
      this.children
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map(async (child) => {
          const exited = once(child, 'exit');
          child.kill('SIGKILL');
          await exited;
        }),
    );
  }

  async tell(child, message) {
    const gone = new AbortController();
    const { signal } = gone;
    const killed = once(child, 'exit', { signal }).then(
      () => [null],
      () => undefined,
    );
    child.send(message);
    const [answer] = await Promise.race([once(child, 'message', { signal }), killed]);
    gone.abort();
    return answer;
  }
}
