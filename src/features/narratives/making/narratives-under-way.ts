import { Injectable } from '@nestjs/common';
import { UnavailableError } from '../../../core/index.js';
import { personHash } from '../erasing/person-scope.js';
import type { JsonObject } from '../narrative/json.js';
import { NarrativeErasedError } from '../narrative/narrative-erased.error.js';
import { addSpend, noSpend, type Spend } from './spend.js';

/** One request that waits for a narrative. */
export interface Ask {
  readonly key: string;
  readonly person: string | null;
  /** Rejects when there is no more to wait for, with a `NarrativeErasedError` where the person is erased. */
  readonly ended: Promise<never>;
  isErased: boolean;
  readonly erase: () => void;
  readonly end: (error: Error) => void;
}

/** What is asked for under one key at the moment. */
interface Wanted {
  readonly profile: JsonObject;
  readonly asks: Set<Ask>;
  /** What was spent and nobody has answered for. */
  spent: Spend;
}

/**
 * The narratives that are being asked for and made in this process, by key: an origin is told the key alone, and finds
 * here what it stands for. Holds nothing once nobody waits.
 */
@Injectable()
export class NarrativesUnderWay {
  private readonly wanted = new Map<string, Wanted>();
  private readonly making = new Map<string, Set<AbortController>>();
  private isGoing = false;

  /** Before the key is read; whoever joins leaves. */
  join(key: string, profile: JsonObject, userId: string | null): Ask {
    let wanted = this.wanted.get(key);
    if (wanted === undefined) {
      wanted = { profile, asks: new Set(), spent: noSpend };
      this.wanted.set(key, wanted);
    }
    const ask = newAsk(key, userId);
    wanted.asks.add(ask);
    if (this.isGoing) ask.end(goingError());
    return ask;
  }

  /** When the read has settled: what was spent on it, which the first to leave answers for. */
  leave(ask: Ask): Spend {
    const wanted = this.wanted.get(ask.key);
    if (wanted === undefined || !wanted.asks.delete(ask)) return noSpend;
    if (wanted.asks.size === 0) this.wanted.delete(ask.key);
    const { spent } = wanted;
    wanted.spent = noSpend;
    return spent;
  }

  /** What somebody who was not erased asks for under this key. */
  profileOf(key: string): JsonObject | null {
    const wanted = this.wanted.get(key);
    return wanted !== undefined && isWanted(wanted) ? wanted.profile : null;
  }

  /**
   * A generation begins. Its signal is aborted when nobody wants it any more.
   * @returns what ends it, in the books here alone
   */
  begin(key: string): { readonly signal: AbortSignal; readonly end: () => void } {
    const controller = new AbortController();
    const running = this.making.get(key) ?? new Set();
    this.making.set(key, running.add(controller));
    const end = () => {
      running.delete(controller);
      if (running.size === 0) this.making.delete(key);
    };
    return { signal: controller.signal, end };
  }

  /** Charges those who wait for it. Whether there is anybody; else it is for whoever asks to account for it. */
  charge(key: string, spend: Spend): boolean {
    const wanted = this.wanted.get(key);
    if (wanted === undefined) return false;
    wanted.spent = addSpend(wanted.spent, spend);
    return true;
  }

  /** Ends every request of a person (`personHash`), and what they alone asked for. */
  erase(person: string): void {
    for (const [key, { asks }] of this.wanted) {
      const theirs = [...asks].filter((ask) => ask.person === person);
      for (const ask of theirs) ask.erase();
      if (theirs.length > 0) this.abandon(key);
    }
  }

  /** Ends the generations under this key, unless somebody waits for one. */
  abandon(key: string): void {
    if (this.profileOf(key) !== null) return;
    for (const controller of this.making.get(key) ?? []) controller.abort(new NarrativeErasedError());
  }

  /** The process is on its way out: nobody waits any more, from now on. */
  endWaits(): void {
    this.isGoing = true;
    for (const { asks } of this.wanted.values()) for (const ask of asks) ask.end(goingError());
  }

  /** The keys that generations run under. */
  keys(): Iterable<string> {
    return this.making.keys();
  }
}

const isWanted = ({ asks }: Wanted): boolean => [...asks].some(({ isErased }) => !isErased);

const goingError = () => new UnavailableError('This process is on its way out', 0);

function newAsk(key: string, userId: string | null): Ask {
  let reject!: (error: Error) => void;
  const ended = new Promise<never>((_, fail) => {
    reject = fail;
  });
  ended.catch(() => undefined);
  const ask: Ask = {
    key,
    person: userId === null ? null : personHash(userId),
    ended,
    isErased: false,
    erase: () => {
      ask.isErased = true;
      reject(new NarrativeErasedError());
    },
    end: (error) => reject(error),
  };
  return ask;
}
