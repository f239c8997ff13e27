import { setTimeout as pause } from 'node:timers/promises';
import type { ItemsDatabase } from '../support/items-database.js';
import { keyScope, namespaceScope, prefixScope } from '../../src/core/index.js';
import type { Write } from './chaos-log.js';
import type { Member } from './member.js';

const readersOfEach = 3;
const keysOfRead = 10;
const readerPauseMs = 4;
const writersOfNodes = 2;
const writerPauseMs = [10, 120] as const;
const operatorPauseMs = [300, 1_500] as const;
const shareOfDeletions = 0.05;
const nothingDone = new Set(['database-unavailable']);

interface TrafficOptions {
  readonly members: readonly Member[];
  /** Of whoever writes past the processes. */
  readonly database: ItemsDatabase;
  readonly operators: ItemsDatabase;
  readonly keys: readonly string[];
  readonly random: () => number;
  readonly writes: Write[];
}

/** Readers of every process, writers through the processes and past them, and operators who purge and invalidate. */
export class Traffic {
  private written = 0;
  private isWritingOver = false;
  private isOver = false;
  private readonly writing: Promise<unknown>;
  private readonly reading: Promise<unknown>;

  constructor(private readonly options: TrafficOptions) {
    const readers = options.members.flatMap((member) =>
      Array.from({ length: readersOfEach }, () => this.readAll(member)),
    );
    this.reading = Promise.all(readers);
    const writers = Array.from({ length: writersOfNodes }, () => this.writeThroughNodes());
    this.writing = Promise.all([...writers, this.writePastNodes(), this.operate()]);
  }

  async stopWriting(): Promise<void> {
    this.isWritingOver = true;
    await this.writing;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.reading;
  }

  private async readAll(member: Member): Promise<void> {
    while (!this.isOver) {
      const keys = Array.from({ length: keysOfRead }, () => this.pick(this.options.keys));
      if (member.isUp) await member.read([...new Set(keys)]);
      await pause(readerPauseMs);
    }
  }

  private async writeThroughNodes(): Promise<void> {
    while (!this.isWritingOver) {
      const member = this.pick(this.options.members);
      if (member.isUp) {
        const via = member.lifetime;
        await this.write(via, (key, text) => member.node.edit(key, text));
      }
      await pause(this.between(writerPauseMs));
    }
  }

  private async writePastNodes(): Promise<void> {
    while (!this.isWritingOver) {
      await this.write('psql', async (key, text) => ({
        version: await this.options.database.edit(key, text),
      }));
      await pause(2 * this.between(writerPauseMs));
    }
  }

  private async write(
    via: string,
    send: (key: string, text: string | null) => Promise<{ version?: number; code?: string }>,
  ): Promise<void> {
    const key = this.pick(this.options.keys);
    const text = this.options.random() < shareOfDeletions ? null : `${key}-${++this.written}`;
    const sentAt = Date.now();
    const { version, code } = await send(key, text).catch((): { version?: number; code?: string } => ({
      code: 'no-answer',
    }));
    const facts = { key, text, via, sentAt, endedAt: Date.now() };
    if (version !== undefined) this.options.writes.push({ ...facts, outcome: 'acked', version });
    else this.options.writes.push({ ...facts, outcome: nothingDone.has(code!) ? 'refused' : 'maybe' });
  }

  private async operate(): Promise<void> {
    while (!this.isWritingOver) {
      await pause(this.between(operatorPauseMs));
      const { members, random, keys } = this.options;
      const operation = random() < 0.5 ? 'purge' : 'invalidate';
      const key = this.pick(keys);
      const prefix = key.slice(0, key.indexOf(':') + 1);
      const chance = random();
      const what: { key?: string; prefix?: string } = chance < 0.6 ? { key } : chance < 0.9 ? { prefix } : {};
      const member = this.pick(members);
      if (random() < 0.3) await this.operateInSql(operation, what);
      else if (member.isUp) await member.node.operate(operation, what).catch(() => undefined);
    }
  }

  private async operateInSql(
    operation: 'purge' | 'invalidate',
    { key, prefix }: { readonly key?: string; readonly prefix?: string },
  ): Promise<void> {
    const scope =
      key !== undefined
        ? keyScope('items', key)
        : prefix !== undefined
          ? prefixScope('items', prefix)
          : namespaceScope('items');
    await this.options.operators.sql(
      `INSERT INTO lastgood.cache_operations (stream, namespace, operation, kind, scope, author)
       VALUES ('catalog', 'items', $1, $2, $3, 'chaos')`,
      [operation, operation === 'purge' ? 'purged' : 'changed', scope],
    );
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.options.random() * list.length)]!;
  }

  private between([least, most]: readonly [number, number]): number {
    return least + this.options.random() * (most - least);
  }
}
