import type { FastifyRequest } from 'fastify';

const noCache = /(^|,)\s*no-cache\s*(,|$)/i;

/** RFC 9111 §5.2.1.4: whoever asks wants nothing that was made before. */
export const asksAnew = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  noCache.test(headers['cache-control'] ?? '');
