// Asking for narratives: so many at once, or so many a second. What an answer was served from is told by the answer.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const path = '/api/v1/narratives';
const timeoutMs = 30_000;

export class Asker {
  #agent;
  #options;

  /** @param connections kept, and no more than so many */
  constructor({ url, headers, connections }) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
    const { hostname, port } = new URL(url);
    this.#options = { hostname, port, path, method: 'POST', agent: this.#agent, timeout: timeoutMs, headers };
  }

  /** Never rejects: { status, source, isStale, isFallback, ms }, `ms` from when it was due, a wait for a connection included. */
  ask(body, from = performance.now()) {
    return new Promise((resolve) => {
      const headers = {
        ...this.#options.headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      const sent = request({ ...this.#options, headers });
      const failed = (error) =>
        resolve({ status: error.code ?? error.message, ms: performance.now() - from });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', failed);
      sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('error', failed);
        response.on('end', () =>
          resolve({ ...read(response.statusCode, text), ms: performance.now() - from }),
        );
      });
      sent.end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

function read(status, text) {
  if (status !== 200) return { status };
  const { meta, fallback = false } = JSON.parse(text);
  return { status, source: meta.source, isStale: meta.isStale, isFallback: fallback };
}

export const isServed = ({ status, isFallback }) => status === 200 && !isFallback;
/** Nobody had to be asked for it, or waited for. */
export const isHit = (answer) => isServed(answer) && answer.source !== 'origin';

/** All of them, `atOnce` at a time. */
export async function askAll(asker, bodies, atOnce) {
  const answers = [];
  const waiting = bodies.values();
  const lane = async () => {
    for (const body of waiting) answers.push(await asker.ask(body));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return answers;
}

/**
 * So many a second, evenly, whether answers come or not. autocannon's rate is not this: each of its connections sends a
 * second's worth at once, and then waits for the second to end. Each answer is timed from the moment that its request was
 * due: a pause counts for all that should have been asked meanwhile, ours included (no coordinated omission).
 * @returns the answers, and by how much the 99th of a hundred was sent late (ms)
 */
export async function askAtRate(asker, bodyOfNext, { perSecond, seconds }) {
  const count = perSecond * seconds;
  const asked = [];
  const late = [];
  const from = performance.now();
  for (let sent = 0; sent < count;) {
    const now = performance.now() - from;
    for (; sent < count && (sent / perSecond) * 1_000 <= now; sent++) {
      const due = (sent / perSecond) * 1_000;
      late.push(now - due);
      asked.push(asker.ask(bodyOfNext(), from + due));
    }
    await delay(1);
  }
  return { answers: await Promise.all(asked), late };
}
