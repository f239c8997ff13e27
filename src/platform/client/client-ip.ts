import type { FastifyRequest } from 'fastify';
import { normaliseIp } from './normalise-ip.js';

/**
 * The address that a request came from, as far as the proxies that are trusted tell. Where what one of them forwarded is
 * no address, it is that of the connection: nothing that a caller made up is ever counted or written down as one.
 */
export function clientIp({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return normaliseIp(ip ?? '') ?? normaliseIp(socket.remoteAddress ?? '') ?? 'unknown';
}
