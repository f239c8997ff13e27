import { AppError } from '../../../core/index.js';

/** One signal that an inference may not use: why, and its age and limit where something is held. */
export interface SignalOffence {
  readonly type: string;
  readonly id: string;
  /** Of the error that reading it alone would be. */
  readonly code: string;
  readonly ageMs: number | null;
  readonly limitMs: number | null;
}

const mostNamed = 10;

/** Not all signals of an inference are there, each inside its limit: every one that is not. */
export class SignalsNotReadyError extends AppError {
  readonly code = 'signals-not-ready';
  readonly retryable = true;

  constructor(
    readonly offences: readonly SignalOffence[],
    readonly retryAfterMs: number,
    cause?: unknown,
  ) {
    super(
      `${offences.length} of the signals cannot be used: ${nameOffences(offences)}`,
      { signals: offences.map(renderOffence), retryAfterMs },
      { cause },
    );
  }
}

export function renderOffence({ type, id, code, ageMs, limitMs }: SignalOffence): string {
  const age = ageMs === null || limitMs === null ? '' : `, ${Math.round(ageMs)} ms old of ${limitMs} ms`;
  return `${type} "${id}": ${code}${age}`;
}

export function nameOffences(offences: readonly SignalOffence[]): string {
  const named = offences.slice(0, mostNamed).map(renderOffence).join('; ');
  return offences.length > mostNamed ? `${named}; and ${offences.length - mostNamed} more` : named;
}
