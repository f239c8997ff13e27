// What the scenarios play on: a Postgres with the sample configuration, a model that answers after a while, and servers.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cli, Database } from '../fleet/database.mjs';
import { Fleet } from '../fleet/fleet.mjs';
import { root } from '../support/built.mjs';

const thinksMs = 50;
const narrative = {
  summary: 'A reading that nobody wrote: it stands for a text of some length. '.repeat(12).trim(),
  bullets: Array.from({ length: 5 }, (_, at) => `Thought ${at + 1}, as long as thoughts of a reading are.`),
};

export class Stage {
  #undo = [];
  #counted = 0;

  static async open({ processes, redis }) {
    const stage = new Stage();
    try {
      await stage.#open(processes, redis);
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Calls that the model was asked since this was last asked, and of how many texts. */
  calls() {
    const fresh = this.upstream.calls.slice(this.#counted);
    this.#counted += fresh.length;
    const texts = fresh.map(({ messages }) =>
      createHash('sha1').update(JSON.stringify(messages)).digest('hex'),
    );
    return { count: fresh.length, texts: new Set(texts).size };
  }

  /** Each byte takes so long to the first server, and so long back: what is measured through it must be seen to be slow. */
  async slowDown(delayMs) {
    const { TcpFaultProxy } = await import('../../dist/src/testing/index.js');
    const proxy = await TcpFaultProxy.start({ targetPort: Number(new URL(this.url).port) });
    this.#undo.push(() => proxy.close());
    await proxy.mode({ kind: 'slow', delayMs });
    this.url = `http://127.0.0.1:${proxy.port}`;
  }

  async close() {
    for (const step of this.#undo.splice(0).toReversed()) await step();
  }

  async #open(processes, withRedis) {
    // Postgres may have to run as another user, who has to get in.
    const folder = mkdtempSync(join(tmpdir(), 'lastgood-load-'));
    chmodSync(folder, 0o755);
    this.#undo.push(() => rmSync(folder, { recursive: true, force: true }));
    const database = new Database();
    this.#undo.push(() => database.close());
    await database.open(folder);
    this.headers = database.headers;
    await importPrompts(folder, database.url);
    const { LlmUpstream } = await import('../../dist/src/testing/index.js');
    this.upstream = await LlmUpstream.start({ answer: think });
    this.#undo.push(() => this.upstream.close());
    const settings = {
      DATABASE_URL: database.url,
      LLM_BASE_URL: this.upstream.url,
      LLM_API_KEY: 'of-the-bench',
      // As a balancer that looks every 100 ms needs it, on a machine that others use too.
      SHUTDOWN_DELAY_MS: '2000',
      ADMIN_RATE_PER_SECOND: '100000',
      ADMIN_RATE_BURST: '100000',
    };
    if (withRedis) {
      const { startRedis } = await import('../support/redis-server.mjs');
      const redis = await startRedis();
      this.#undo.push(() => redis.stop());
      settings.REDIS_URL = redis.url;
    }
    const names = Array.from({ length: processes }, (_, at) => `server-${at + 1}`);
    this.fleet = new Fleet(folder, names, () => settings);
    this.#undo.push(() => this.fleet.stop());
    await this.fleet.start();
    /** Where the first server is asked. */
    this.url = this.fleet.members[0].url;
  }
}

async function think() {
  await delay(thinksMs);
  return JSON.stringify(narrative);
}

async function importPrompts(folder, url) {
  const DATA_DIR = join(folder, 'prompts');
  mkdirSync(DATA_DIR);
  const settings = { DATA_DIR, DATABASE_URL: url, LOG_LEVEL: 'silent' };
  await cli(settings, 'prompts', 'import', join(root, 'sample', 'prompts.yaml'), '--reason', 'sample');
}
