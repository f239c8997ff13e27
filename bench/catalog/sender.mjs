// Sends signed webhooks, so many a second, whether answers come or not; and repeats what was not accepted, as senders do.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { signWebhook } from '../../dist/src/testing/index.js';

const timeoutMs = 10_000;
const pauseMs = 200;
const attempts = 20;

export class Sender {
  #agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'fifo' });
  /** Of every answer, its status. */
  statuses = [];
  latenciesMs = [];

  constructor(secret) {
    this.secret = secret;
  }

  /** Until it was accepted; of the first attempt the latency counts. */
  async send(url, event) {
    const { headers, body } = signWebhook(event.payload, { secret: this.secret, id: event.id });
    for (let attempt = 0; attempt < attempts; attempt++) {
      const from = performance.now();
      const status = await this.#post(url, headers, body);
      if (attempt === 0) this.latenciesMs.push(performance.now() - from);
      this.statuses.push(status);
      if (status === 200) return;
      await delay(pauseMs);
    }
    throw new Error(`The webhook ${event.id} was never accepted`);
  }

  close() {
    this.#agent.destroy();
  }

  #post(url, headers, body) {
    return new Promise((resolve) => {
      const options = { method: 'POST', agent: this.#agent, timeout: timeoutMs };
      const sent = request(`${url}/webhooks/catalog`, {
        ...options,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      });
      const failed = (error) => resolve(error.code ?? error.message);
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', failed);
      sent.on('response', (response) => {
        response.resume();
        response.on('error', failed);
        response.on('end', () => resolve(response.statusCode));
      });
      sent.end(body);
    });
  }
}
