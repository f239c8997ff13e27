import { Worker } from 'node:worker_threads';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { ParsedFeed } from './parsed-feed.js';

/** For one document: several times what the largest that is fetched takes. */
const withinMs = 5_000;
const mostHeapMb = 256;

/**
 * Reads feeds in a thread of its own, one after the other: a document within all limits can take seconds, and a hostile
 * one hours, in which this process would do nothing else (ADR 0023). The thread is begun by the first document, and ended
 * with one that takes too long.
 */
@Injectable()
export class FeedParser implements OnApplicationShutdown {
  private thread: Worker | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The articles of a document; a text where there are none to be had: why. Rejects once the signal is aborted. */
  readonly parse = (text: string, signal: AbortSignal): Promise<ParsedFeed | string> => {
    const mine = this.turn.then(() => {
      signal.throwIfAborted();
      return this.read(text);
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  };

  async onApplicationShutdown(): Promise<void> {
    await this.thread?.terminate();
  }

  private read(text: string): Promise<ParsedFeed | string> {
    const thread = (this.thread ??= this.begin());
    thread.ref();
    return new Promise((resolve) => {
      const end = (answer: ParsedFeed | string) => {
        cancel();
        thread.off('message', take).off('error', fail).off('exit', fail).unref();
        resolve(answer);
      };
      const giveUp = (why: string) => {
        end(why);
        this.thread = null;
        void thread.terminate();
      };
      const take = (parsed: ParsedFeed | null) => end(parsed ?? 'is no whole RSS or Atom document');
      const fail = () => giveUp('cannot be read');
      const cancel = this.clock.after(withinMs, () => giveUp(`takes longer than ${withinMs} ms to be read`));
      thread.on('message', take).on('error', fail).on('exit', fail).postMessage(text);
    });
  }

  private begin(): Worker {
    const thread = new Worker(new URL('./feed-thread.mjs', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    });
    // One that was given up may fail yet: unheard, that would end the process.
    return thread.on('error', () => undefined);
  }
}
