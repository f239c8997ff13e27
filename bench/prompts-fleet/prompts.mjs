// The prompt and the person that the fleet renders, and whoever changes them, by SQL and by HTTP.
import { Client } from 'pg';
import { ask } from '../fleet/http.mjs';

const node = 'fleet_node';
const person = 'fleet';
const bodies = ['One about {{ topic }}, {{ tone }}', 'Another about {{ topic }}, {{ tone }}'];

export class Prompts {
  /** When a change was first heard of, by version: the moment of its commit, give or take the loopback. */
  heardAt = new Map();
  #client;
  #version = 1;
  #tone = 'tone 0';
  #headers;

  async open(database) {
    this.#headers = database.headers;
    this.#client = new Client({ connectionString: database.url, application_name: 'prompts-fleet-bench' });
    await this.#client.connect();
    await this.#client.query(`
      INSERT INTO lastgood.placeholders (name, description) VALUES ('tone', 'bench') ON CONFLICT DO NOTHING;
      INSERT INTO lastgood.prompt_templates (node_name, language, version, body, required_dynamic_placeholders)
        SELECT '${node}', 'any', n, b, '{topic}' FROM unnest(ARRAY['${bodies.join("','")}']) WITH ORDINALITY AS u(b, n);
      INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ('${node}', 'any', 'production', 1);
      INSERT INTO lastgood.user_placeholder_settings VALUES ('${person}', 'tone', '${this.#tone}')`);
    this.#client.on('notification', ({ payload }) => {
      if (!this.heardAt.has(Number(payload))) this.heardAt.set(Number(payload), performance.now());
    });
    await this.#client.query('LISTEN lastgood_prompts');
  }

  close() {
    return this.#client?.end().catch(() => undefined);
  }

  /** What everybody is to render now. */
  get text() {
    return bodies[this.#version - 1].replace('{{ topic }}', 'x').replace('{{ tone }}', this.#tone);
  }

  /** What one process renders now, or what it says instead. */
  async render(member) {
    const body = { node_name: node, user_id: person, context: { topic: 'x' } };
    const answer = await ask(`${member.url}/api/v1/generate-prompt`, {
      method: 'POST',
      headers: this.#headers,
      body,
    });
    return answer.status === 200
      ? answer.body.prompt
      : `${answer.status} ${answer.body.code}: ${answer.body.detail}`;
  }

  /** Moves the label, by a process where there is one; tells the version that this was counted as. */
  async move(member) {
    this.#version = 3 - this.#version;
    if (member === null)
      return this
        .#sql(`UPDATE lastgood.prompt_labels SET previous_version = version, version = ${this.#version}
        WHERE (node_name, label) = ('${node}', 'production')`);
    const body = { version: this.#version, language: 'any', reason: 'fleet bench' };
    return this.#put(member, `/admin/prompts/${node}/labels/production`, body);
  }

  /** Changes what the person set. */
  async set(member, value) {
    this.#tone = value;
    if (member === null)
      return this.#sql(
        `UPDATE lastgood.user_placeholder_settings SET value = '${value}' WHERE user_id = '${person}'`,
      );
    return this.#put(member, `/api/v1/users/${person}/placeholders`, { placeholders: { tone: value } });
  }

  async #sql(statement) {
    const [, counted] = await this.#client.query(
      `${statement}; SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'prompts'`,
    );
    return counted.rows[0].version;
  }

  async #put(member, path, body) {
    const answer = await ask(`${member.url}${path}`, { method: 'PUT', headers: this.#headers, body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const point = answer.body.min_version ?? answer.body.minVersion;
    return Number(point.slice(point.lastIndexOf(':') + 1));
  }
}
