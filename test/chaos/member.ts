import { setTimeout as pause } from 'node:timers/promises';
import { ItemsNode, type Where } from '../support/items-node.js';
import type { Read } from './chaos-log.js';

const noAnswer = { code: 'no-answer', applied: Number.MAX_SAFE_INTEGER, appliedEpoch: null };

/** One process of the fleet through all its lives; every answer that it gives is noted. */
export class Member {
  isUp = false;
  isStopped = false;

  private constructor(
    readonly name: string,
    readonly node: ItemsNode,
    private readonly reads: Read[],
  ) {}

  static async start(name: string, where: Where, reads: Read[]): Promise<Member> {
    const member = new Member(name, await ItemsNode.make(where), reads);
    await member.restart();
    return member;
  }

  /** What it answers may only go forward within one. */
  get lifetime(): string {
    return `${this.name}#${this.node.life}`;
  }

  /** In one request; nothing when its end cut the answer off. */
  async read(keys: readonly string[]): Promise<Read[]> {
    const { lifetime } = this;
    const sentAt = Date.now();
    const answers = await this.node.readMany(keys).catch(() => {
      if (!this.isUp || this.lifetime !== lifetime) return [];
      return keys.map((key) => ({ key, ...noAnswer }));
    });
    const endedAt = Date.now();
    const read = answers.map((answer) => ({ ...answer, node: lifetime, sentAt, endedAt }));
    this.reads.push(...read);
    return read;
  }

  /** It is on the newest version there was: each key is fresh, as of `version` or later; false after `withinMs`. */
  async settles(keys: readonly string[], version: number, epoch: string, withinMs: number): Promise<boolean> {
    const until = Date.now() + withinMs;
    const left = new Set(keys);
    while (left.size > 0 && Date.now() < until) {
      for (const read of await this.read([...left])) {
        if (read.isStale === false && read.applied >= version && read.appliedEpoch === epoch)
          left.delete(read.key);
      }
      if (left.size > 0) await pause(5);
    }
    return left.size === 0;
  }

  async restart(): Promise<void> {
    await this.node.restart();
    this.isUp = true;
  }

  async kill(): Promise<void> {
    this.isUp = false;
    this.resume();
    await this.node.kill();
  }

  stop(): void {
    this.isStopped = true;
    this.node.process.kill('SIGSTOP');
  }

  resume(): void {
    this.isStopped = false;
    this.node.process.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    this.isUp = false;
    await this.node.dispose();
  }
}
