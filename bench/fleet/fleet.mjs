// Three real processes of the built server.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './http.mjs';
import { spawnBuilt } from './spawn-built.mjs';

const startWithinMs = 90_000;
const warnings = new Set(['warn', 'error', 'fatal']);

class Member {
  life = 0;
  url = '';
  /** It listens, and nobody has told it to go. */
  isUp = false;
  /** What it logged of level WARN and above, in all its lives. */
  warnings = [];
  /** How it ended when nobody told it to. */
  crashes = [];
  #child = null;
  #isOver = false;
  #output = '';

  constructor(name, settings) {
    this.name = name;
    this.settings = settings;
  }

  /** Versions may only rise within one. */
  get lifetime() {
    return `${this.name}#${this.life}`;
  }

  /** Of the process that lives this life; `undefined` between two. */
  get pid() {
    return this.#child?.pid;
  }

  /** Whether it still lives the life that this name was given to. */
  lives(lifetime) {
    return this.isUp && this.lifetime === lifetime;
  }

  async start() {
    if (this.#isOver) return;
    mkdirSync(this.settings.DATA_DIR, { recursive: true });
    // Editors in a hurry are what it is about; the limit of admin calls has tests of its own.
    const unthrottled = { ADMIN_RATE_PER_SECOND: '100000', ADMIN_RATE_BURST: '100000' };
    const child = spawnBuilt('main.js', [], {
      PORT: '0',
      LOG_LEVEL: 'info',
      ...unthrottled,
      ...this.settings,
    });
    this.#child = child;
    this.#output = '';
    this.life += 1;
    const url = new Promise((resolve) => this.#follow(child, resolve));
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.isUp = false;
      this.crashes.push(`${this.lifetime} ended with ${code ?? signal}: ${this.#output}`);
    });
    const tooLong = delay(startWithinMs, undefined, { ref: false });
    this.url = await Promise.race([url, once(child, 'exit'), tooLong]);
    if (typeof this.url !== 'string') throw new Error(`${this.lifetime} does not start: ${this.#output}`);
    while ((await ask(`${this.url}/health/ready`)).status !== 200) await delay(5);
    this.isUp = true;
  }

  /** Settles when it is gone, with its exit code. SIGKILL leaves it no time to say anything. */
  async end(signal) {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    this.isUp = false;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = await gone;
    return code;
  }

  /** For good. */
  async stop() {
    this.#isOver = true;
    await this.end('SIGTERM');
  }

  #follow(child, listening) {
    let rest = '';
    child.stderr.on('data', (chunk) => (this.#output += chunk));
    child.stdout.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines.filter((each) => each.startsWith('{'))) {
        const entry = JSON.parse(line);
        if (entry.msg === 'listening') listening(entry.url);
        if (warnings.has(entry.level)) this.warnings.push({ process: this.lifetime, ...entry });
      }
    });
  }
}

export class Fleet {
  /** @param settingsOf name → settings, beside those that every process has */
  constructor(folder, names, settingsOf) {
    const settings = (name) => ({ DATA_DIR: join(folder, name), ...settingsOf(name) });
    this.memberOf = (name) => new Member(name, settings(name));
    this.members = names.map(this.memberOf);
  }

  /** One after the other, as they would be rolled out. */
  async start() {
    for (const member of this.members) await member.start();
  }

  /** One more, started. */
  async add(name) {
    const member = this.memberOf(name);
    this.members.push(member);
    await member.start();
    return member;
  }

  get up() {
    return this.members.filter(({ isUp }) => isUp);
  }

  async stop() {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  /** Of all members and all their lives: `crashes` or `warnings`. */
  all(what) {
    return this.members.flatMap((member) => member[what]);
  }
}
