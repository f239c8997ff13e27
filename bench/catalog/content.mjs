import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The content service's process, as the benchmark talks to it. */
export class Content {
  #child;
  #waiting = new Map();
  #ids = 0;

  static async start() {
    const content = new Content();
    content.#child = fork(fileURLToPath(new URL('upstream.mjs', import.meta.url)));
    const [{ result }] = await once(content.#child, 'message');
    Object.assign(content, result);
    content.#child.on('message', ({ id, result: told }) => {
      content.#waiting.get(id)?.(told);
      content.#waiting.delete(id);
    });
    return content;
  }

  tell(command, rest = {}) {
    const id = ++this.#ids;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, command, ...rest });
    });
  }

  async stop() {
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }
}
