import { randomFillSync } from 'node:crypto';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent where a request was refused before any hook ran. */
    trace?: Trace;
  }
}

/** Where a request stands in a trace (W3C Trace Context): the caller's trace, or one that begins here. */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: this process's part of it. */
  readonly spanId: string;
  /** As the caller set them; `00` (not sampled) where the trace begins here. */
  readonly flags: string;
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const zeros = /^0+$/;

/** A header that is not valid is as none: a new trace begins. */
export function continueTrace(header: string | readonly string[] | undefined): Trace {
  const [, version, traceId, parentId, flags, more] =
    form.exec(typeof header === 'string' ? header : '') ?? [];
  // A later version may have more parts, and this one has none; `ff` is forbidden.
  const isValid =
    traceId !== undefined &&
    version !== 'ff' &&
    !(version === '00' && more !== undefined) &&
    !zeros.test(traceId) &&
    !zeros.test(parentId!);
  const made = randomIds();
  const spanId = made.slice(32);
  return isValid ? { traceId, spanId, flags: flags! } : { traceId: made.slice(0, 32), spanId, flags: '00' };
}

export const traceparentOf = ({ traceId, spanId, flags }: Trace): string =>
  `00-${traceId}-${spanId}-${flags}`;

/** One call to the generator serves many requests. */
const pool = Buffer.alloc(24 * 128);
let used = pool.length;

/** A trace and a span: 16 and 8 random bytes in hexadecimal digits. All zeros, which are forbidden, do not happen. */
function randomIds(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 24;
  return pool.toString('hex', used - 24, used);
}
