import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { Clock, Put } from '../../../core/index.js';
import { CLOCK } from '../../../platform/clock/clock.module.js';
import type { SignalNamespace } from '../keeping/signal-namespace.js';
import { SignalNamespaces } from '../keeping/signal-namespaces.service.js';
import { isoOf } from '../reading/kept-signal.js';
import { factsOf } from '../records/facts-of.js';
import type { SignalRecord } from '../records/signal-record.js';
import { keyOf } from '../types/key-of.js';
import { copyPush } from './copy-push.js';
import { PushAnswers, type PushKey } from './push-answers.service.js';
import type { PushedTier, PushOutcome } from './push-outcome.js';
import { readPush, type Push } from './read-push.js';
import { SignalNotPushedError } from './signal-not-pushed.error.js';

/** Takes in what others observed (SI-9). */
@Injectable()
export class SignalPushes {
  constructor(
    @Inject(SignalNamespaces) private readonly namespaces: Pick<SignalNamespaces, 'get'>,
    @Inject(PushAnswers) private readonly answers: Pick<PushAnswers, 'once'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Keeps the value in every tier of its type, unless one that was observed later is held, or another one that was
   * observed at the very same moment: of one moment there is one value, the first.
   * @throws UnknownSignalTypeError, SignalNotPushedError, SignalIdInvalidError, SignalInvalidError, SignalTooOldError,
   * IdempotencyKeyReusedError
   */
  async push(type: string, id: string, push: Push, idempotency: PushKey | null): Promise<PushOutcome> {
    const namespace = this.namespaces.get(type);
    if (namespace.type.source.kind !== 'push') throw new SignalNotPushedError(type);
    const key = keyOf(namespace.type.key, type, id);
    const copy = copyPush(namespace.type, push);
    const keep = async () => this.keep(namespace, key, readPush(namespace.type, id, copy, this.clock));
    if (idempotency === null) return keep();
    const request = { type, id, value: copy.value, observedAt: copy.observedAt ?? null };
    return this.answers.once(idempotency, request, keep);
  }

  private async keep(namespace: SignalNamespace, key: string, record: SignalRecord): Promise<PushOutcome> {
    const { reader, mirrors } = namespace;
    // Another replica may have been given a later one.
    await mirrors.findAll(key);
    const held = heldRecord(namespace, key);
    if (held !== null && held.observed_at >= record.observed_at) {
      const isSame = held.observed_at === record.observed_at && isDeepStrictEqual(held.value, record.value);
      return isSame
        ? this.outcome('same', held, await storeAgain(namespace, key))
        : this.outcome('older-than-held', held, {});
    }
    const put = await reader.put(key, record, factsOf(record, this.clock));
    const tiers = tiersOf(put, record);
    const isNewest = Object.values(tiers).every((outcome) => outcome !== 'older');
    const stands = isNewest ? record : (heldRecord(namespace, key) ?? record);
    return this.outcome(isNewest ? 'stored' : 'older-than-held', stands, tiers);
  }

  private outcome(
    outcome: PushOutcome['outcome'],
    record: SignalRecord,
    tiers: PushOutcome['tiers'],
  ): PushOutcome {
    const { confirmedAt, maxAgeMs } = factsOf(record, this.clock);
    const validUntil = isoOf(confirmedAt + maxAgeMs, this.clock);
    return { outcome, observedAt: record.observed_at, validUntil, tiers, repeated: false };
  }
}

function heldRecord({ reader: { cache } }: SignalNamespace, key: string): SignalRecord | null {
  const entry = cache.entry(key);
  return entry === undefined || entry.absent || cache.isPurged(entry) ? null : entry.value;
}

/** Who repeats a push may do so because a tier had failed: it is given the value now. */
async function storeAgain({ reader, mirrors }: SignalNamespace, key: string): Promise<PushOutcome['tiers']> {
  const entry = reader.cache.entry(key);
  if (entry === undefined) return {};
  return tiersOf({ entry, tiers: await mirrors.store(entry) }, entry.value);
}

function tiersOf({ entry, tiers }: Put<SignalRecord>, record: SignalRecord): PushOutcome['tiers'] {
  const told: Partial<Record<PushedTier, PushOutcome['tiers'][PushedTier]>> = {};
  told.memory = entry.value === record ? 'stored' : 'older';
  for (const [tier, outcome] of tiers) told[tier] = outcome;
  return told;
}
