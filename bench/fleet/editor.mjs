// Whoever changes rows, and writes down what came of it.
import { ask } from './http.mjs';

/** Nothing was sent, or the answer says that nothing was changed. */
const refusals = new Set(['ECONNREFUSED', 'version-conflict', 'database-unavailable']);

let lastValue = 40_000;

export class Editor {
  constructor(database, writes) {
    this.database = database;
    this.writes = writes;
  }

  /** A row as this process knows it: { settings, ifMatch }, or a `failure`. */
  async look(member, row) {
    try {
      const { status, body, headers } = await ask(`${member.url}/admin/phases/${row}`, {
        headers: this.database.headers,
      });
      if (status !== 200) return { failure: `${status} ${body.code}` };
      return { settings: body.settings, ifMatch: Number(headers.etag.replaceAll('"', '')) };
    } catch (error) {
      return { failure: error.code ?? error.message };
    }
  }

  /** One attempt, with a value that no other attempt has. What got no clear answer is a maybe. */
  async put(member, row, { settings, ifMatch }, sent = () => undefined) {
    const value = ++lastValue;
    const write = { row, value, ifMatch, via: member.lifetime, sentAt: performance.now() };
    const answering = ask(`${member.url}/admin/phases/${row}`, {
      method: 'PUT',
      headers: { ...this.database.headers, 'if-match': `"${ifMatch}"` },
      body: { settings: { ...settings, maxTokens: value }, reason: 'fleet bench' },
    });
    sent();
    try {
      const { status, body, headers } = await answering;
      if (status === 200) {
        const rowVersion = Number(headers.etag.replaceAll('"', ''));
        Object.assign(write, { outcome: 'acked', rowVersion, version: body.version, served: body.served });
      } else Object.assign(write, { outcome: outcomeOf(body.code), code: body.code });
    } catch (error) {
      const code = error.code ?? error.message;
      Object.assign(write, { outcome: outcomeOf(code), code });
    }
    return this.#note({ ...write, wasCutOff: !member.lives(write.via) });
  }

  async sql(row) {
    const value = ++lastValue;
    const sentAt = performance.now();
    const versions = await this.database.update(row, value);
    return this.#note({ row, value, via: 'sql', sentAt, outcome: 'acked', ...versions });
  }

  #note(write) {
    write.endedAt = performance.now();
    this.writes.push(write);
    return write;
  }
}

const outcomeOf = (code) => (refusals.has(code) ? 'refused' : 'maybe');
