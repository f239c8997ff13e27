// Reads books and their lists, over and over, while events come: so many at once at each process.
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../fleet/http.mjs';

const pitchMs = 5;

export class Readers {
  count = 0;
  stale = 0;
  failures = [];
  #isOver = false;
  #lanes = [];

  constructor({ members, headers, pathOf }) {
    this.#lanes = members.flatMap((member) => [1, 2].map(() => this.#read(member, headers, pathOf)));
  }

  async stop() {
    this.#isOver = true;
    await Promise.all(this.#lanes);
  }

  async #read(member, headers, pathOf) {
    while (!this.#isOver) {
      const path = pathOf();
      try {
        const { status, body } = await ask(member.url + path, { headers });
        this.count++;
        if (status !== 200) this.failures.push(`${path}: ${status} ${body.code}`);
        else if (body.meta?.isStale) this.stale++;
      } catch (error) {
        this.failures.push(`${path}: ${error.code ?? error.message}`);
      }
      await delay(pitchMs);
    }
  }
}
