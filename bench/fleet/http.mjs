import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
const timeoutMs = 5_000;

/** One request over a kept connection; rejects, with a `code`, when the answer does not arrive whole. */
export function ask(url, { method = 'GET', headers, body } = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(url, {
      method,
      agent,
      timeout: timeoutMs,
      headers: {
        ...headers,
        ...(text !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      },
    });
    sent.on('timeout', () =>
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode: status, headers: answered } = answer;
        resolve({ status, headers: answered, body: JSON.parse(Buffer.concat(chunks)) });
      });
    });
    sent.end(text);
  });
}

/** What one process says of one row, in the form that the checker reads; a failure is told, not thrown. */
export async function readRow(member, row, headers) {
  const process = member.lifetime;
  const sentAt = performance.now();
  try {
    const { status, body } = await ask(`${member.url}/api/v1/config/phases/${row}`, { headers });
    const endedAt = performance.now();
    if (status !== 200) return { process, row, sentAt, endedAt, failure: `${status} ${body.code}` };
    const { maxTokens: value, version: rowVersion, meta } = body;
    const { version, isStale } = meta;
    return { process, row, value, rowVersion, version, isStale, sentAt, endedAt };
  } catch (error) {
    return { process, row, sentAt, endedAt: performance.now(), failure: error.code ?? error.message };
  }
}
