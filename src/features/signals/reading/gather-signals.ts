import type { AppError, Clock } from '../../../core/index.js';
import { expiredOffence } from './inference-inputs.js';
import { KeptSignal } from './kept-signal.js';
import { SignalExpiredError } from './signal-expired.error.js';
import { SignalMissingError } from './signal-missing.error.js';
import { SignalSourceError } from './signal-source.error.js';
import { SignalsNotReadyError, type SignalOffence } from './signals-not-ready.error.js';
import type { SignalRef } from './signal.js';

/** Of one inference. */
const maxRefs = 100;

export interface Gathering {
  readonly clock: Pick<Clock, 'now'>;
  readonly read: (ref: SignalRef) => KeptSignal | Promise<KeptSignal>;
  readonly tellExpired: (type: string) => void;
}

type Failure = SignalExpiredError | SignalMissingError | SignalSourceError;

/**
 * All signals, and one instant at which each is inside its limit. Reads take different times: what went past its limit
 * while others were waited for is asked for once more.
 * @throws SignalsNotReadyError, RangeError, and what a read throws that is no failure of a signal
 */
export async function gatherSignals(
  refs: readonly SignalRef[],
  { clock, read, tellExpired }: Gathering,
): Promise<{ at: number; signals: readonly KeptSignal[] }> {
  const wanted = onlyOnce(refs);
  if (wanted.length < 1 || wanted.length > maxRefs)
    throw new RangeError(`An inference has 1 to ${maxRefs} signals, got ${wanted.length}`);
  const first = await Promise.all(wanted.map((ref) => settle(read, ref)));
  const between = clock.now();
  const isLate = (found: KeptSignal | Failure) => found instanceof KeptSignal && !found.isValidAt(between);
  const found = first.some(isLate)
    ? await Promise.all(
        wanted.map((ref, n) => (isLate(first[n]!) ? settle(read, ref) : Promise.resolve(first[n]!))),
      )
    : first;
  const at = clock.now();
  const signals = found.filter((each) => each instanceof KeptSignal);
  const late = signals.filter((signal) => !signal.isValidAt(at));
  const failures = found.filter((each): each is Failure => !(each instanceof KeptSignal));
  if (late.length === 0 && failures.length === 0) return { at, signals };
  for (const { type } of late) tellExpired(type);
  const offences = found.flatMap((each) => {
    if (!(each instanceof KeptSignal)) return [offenceOf(each)];
    return each.isValidAt(at) ? [] : [expiredOffence(each.at(at))];
  });
  const retryAfterMs = Math.max(0, ...failures.map(retryAfterOf));
  throw new SignalsNotReadyError(offences, retryAfterMs, failures[0]);
}

/** In the order of the first ones; the strictest of the same counts. */
function onlyOnce(refs: readonly SignalRef[]): SignalRef[] {
  const wanted = new Map<string, SignalRef>();
  for (const ref of refs) {
    const name = `${ref.type} ${ref.id}`;
    const held = wanted.get(name);
    const isStricter =
      (ref.maxAgeMs ?? Number.POSITIVE_INFINITY) < (held?.maxAgeMs ?? Number.POSITIVE_INFINITY);
    if (held === undefined || isStricter) wanted.set(name, ref);
  }
  return [...wanted.values()];
}

async function settle(read: Gathering['read'], ref: SignalRef): Promise<KeptSignal | Failure> {
  try {
    return await read(ref);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}

const isFailure = (error: unknown): error is Failure =>
  error instanceof SignalExpiredError ||
  error instanceof SignalMissingError ||
  error instanceof SignalSourceError;

const retryAfterOf = (failure: Failure): number =>
  failure instanceof SignalMissingError ? 0 : failure.retryAfterMs;

function offenceOf(failure: Failure & AppError): SignalOffence {
  const { type, id, code } = failure;
  if (!(failure instanceof SignalExpiredError)) return { type, id, code, ageMs: null, limitMs: null };
  return { type, id, code, ageMs: failure.ageMs, limitMs: failure.limitMs };
}
