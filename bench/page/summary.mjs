// The block of the README: the figures of the last run, where and when.
import { dayOf, machineOf, rowsOf } from './page.mjs';

export function summaryOf(result) {
  const compared = result.parts.peers?.compared ?? [];
  const cellOf = (name, at = 0) => compared.filter((row) => row.name === name)[at]?.cells.lastgood?.text;
  const httpOf = (name) => result.parts.http?.rows.find(({ what }) => what.endsWith(name))?.figure;
  const load = result.parts.load?.rows.find(({ what }) => what.startsWith('a hit from'));
  const barred = rowsOf(result).filter(({ ok }) => ok === true || ok === false);
  const held = barred.filter(({ ok }) => ok).length;
  const lines = [
    ['A hit in memory', cellOf('hit')],
    ['A stale hit, while the origin hangs', cellOf('stale-hit')],
    ['A dead origin, past the TTL: a read, and calls to it in 360 reads', cellOf('dead-origin')],
    ['A hung Redis, cold keys', cellOf('hung-redis', 1)],
    ['8 processes × 50 callers of one cold key: loads, and the last answer', cellOf('eight-processes')],
    ['An edit, until two other replicas serve it', cellOf('spread')],
    ['1,000 requests a second over HTTP, p95 of a hit', load?.ours],
    ['A phase over HTTP, of bare Fastify’s rate', httpOf('bare Fastify')],
  ].filter(([, figure]) => figure !== undefined);
  return [
    ...lines.map(([what, figure]) => `- ${what}: ${figure}`),
    '',
    `${dayOf(result)}, ${machineOf(result)}; ${held} of ${barred.length} bars held. [All figures, and six libraries beside](docs/benchmarks.md).`,
  ].join('\n');
}
