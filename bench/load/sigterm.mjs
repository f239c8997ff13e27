import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../fleet/http.mjs';

const path = '/api/v1/config/phases/stage_4';
const lanes = 16;
const lookEveryMs = 100;

/** One connection at most to each server; nothing is asked again. */
class Lane {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Never rejects: the status, or the code of what went wrong. */
  ask(url, headers) {
    return new Promise((resolve) => {
      const sent = request(`${url}${path}`, { agent: this.#agent, headers, timeout: 10_000 });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', (error) => resolve(error.code ?? error.message));
      sent.on('response', (answer) => {
        answer.resume();
        answer.on('error', (error) => resolve(error.code ?? error.message));
        answer.on('end', () => resolve(answer.statusCode));
      });
      sent.end();
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** Which servers say that they are ready, as a balancer knows it. */
class Readiness {
  #isOver = false;

  constructor(members) {
    this.members = members;
    this.ready = members;
    this.looking = this.#look();
  }

  async #look() {
    while (!this.#isOver) {
      const states = await Promise.all(
        this.members.map(({ url }) =>
          ask(`${url}/health/ready`).then(
            ({ status }) => status === 200,
            () => false,
          ),
        ),
      );
      this.ready = this.members.filter((_, i) => states[i]);
      await delay(lookEveryMs);
    }
  }

  stop() {
    this.#isOver = true;
    return this.looking;
  }
}

/** Two servers behind whoever watches their readiness; one is told to go while both are busy. */
export async function sigterm({ fleet, headers }, { seconds, signal = 'SIGTERM' }) {
  const [leaving] = fleet.members;
  const staying = await fleet.add('beside');
  const readiness = new Readiness([leaving, staying]);
  const answers = [];
  const asked = { isOver: false };
  const keepAsking = async (_, lane) => {
    const client = new Lane();
    for (let nth = lane; !asked.isOver; nth++) {
      const { ready } = readiness;
      if (ready.length === 0) await delay(lookEveryMs);
      else {
        const member = ready[nth % ready.length];
        answers.push({ member, status: await client.ask(member.url, headers) });
      }
    }
    client.close();
  };
  const asking = Promise.all(Array.from({ length: lanes }, keepAsking));
  await delay((seconds * 1_000) / 2);
  const before = answers.length;
  const code = await leaving.end(signal);
  await delay((seconds * 1_000) / 2);
  asked.isOver = true;
  await Promise.all([asking, readiness.stop()]);
  return rowsOf({ answers, before, code, leaving, staying });
}

const countOf = (list, member) => list.filter((each) => each.member === member).length;

function rowsOf({ answers, before, code, leaving, staying }) {
  const failed = answers.filter(({ status }) => status !== 200);
  const [first, second] = [
    countOf(answers.slice(0, before), leaving),
    countOf(answers.slice(before), staying),
  ];
  return [
    {
      what: 'SIGTERM to one of two under load: requests that failed',
      ours: `${failed.length} of ${answers.length}`,
      figure: [...new Set(failed.map(({ status }) => status))].join(', '),
      bar: '0',
      ok: failed.length === 0 && answers.length > 0,
      value: failed.length,
    },
    {
      what: 'and answered by the one that went, before; by the other, after',
      ours: `${first}; ${second}`,
      bar: 'both some',
      ok: first > 0 && second > 0,
      value: second,
    },
    {
      what: 'and its exit code',
      ours: String(code),
      bar: '0',
      ok: code === 0,
      value: code,
    },
  ];
}
