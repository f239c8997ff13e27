// GET /api/v1/config/phases/:phase against a bare Nest route with the same guard, and a bare Fastify route; all three
// answer the same bytes, headers included. Rounds alternate, so that a machine that drifts slows all of them alike; ratios are quoted.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { build } from '../support/built.mjs';
import { median, report, times } from '../support/figures.mjs';

build();
const rounds = 5;
const seconds = 3;
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
/** Of theirs, in requests a second. */
const bars = { 'bare Nest, same guard': 0.9, 'bare Fastify': 0.75 };
const path = '/api/v1/config/phases/stage_4?language=ru';
const dataDir = mkdtempSync(join(tmpdir(), 'lastgood-bench-'));
const children = [];

function serve(file, env) {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const url = /"url":"(http:[^"]+)"/.exec(out)?.[1];
      if (url) resolve({ url, pid: child.pid });
    });
    child.once('exit', (code) => reject(new Error(`${file} exited with ${code}`)));
  });
}

async function keyWhenMade() {
  for (;;) {
    try {
      return readFileSync(join(dataDir, 'admin-key'), 'utf8').trim();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** CPU time of a process, user and system, in seconds (Linux). */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function measure({ url, pid }, headers) {
  const before = cpuSeconds(pid);
  const { requests, latency, non2xx, errors } = await autocannon({
    url: url + path,
    headers,
    connections: 32,
    duration: seconds,
  });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} refusals, ${errors} errors`);
  const cpu = ((cpuSeconds(pid) - before) / requests.total) * 1e6;
  return { perSecond: requests.average, p99: latency.p99, cpu };
}

async function stop() {
  for (const child of children.toReversed()) {
    child.removeAllListeners('exit');
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(dataDir, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void stop().finally(() => process.exit(1)));
}

try {
  const ours = await serve(join(root, 'dist', 'src', 'main.js'), { DATA_DIR: dataDir });
  const headers = { authorization: `Bearer ${await keyWhenMade()}` };
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const answer = await fetch(ours.url + path, { headers });
  const BODY = await answer.text();
  // Those that every server of Node and Fastify sets for itself are left out; the rest are a part of the bytes.
  const own = new Set(['date', 'connection', 'keep-alive', 'content-length', 'content-type']);
  const HEADERS = JSON.stringify(Object.fromEntries([...answer.headers].filter(([name]) => !own.has(name))));
  const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'));
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
  const DATABASE_URL = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const servers = {
    lastgood: ours,
    'bare Nest, same guard': await serve(join(here, 'bare-nest.mjs'), { BODY, HEADERS, DATABASE_URL }),
    'bare Fastify': await serve(join(here, 'bare-fastify.mjs'), { BODY, HEADERS }),
  };
  const results = Object.fromEntries(Object.keys(servers).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, server] of Object.entries(servers)) {
      const result = await measure(server, headers);
      if (round > 0) results[name].push(result);
    }
  }
  const mine = results.lastgood;
  const rows = Object.entries(results).map(([name, of]) => {
    const [rate, cpu, p99] = ['perSecond', 'cpu', 'p99'].map((each) =>
      Math.round(median(of.map((r) => r[each]))),
    );
    const told = `${rate} req/s, ${cpu} µs CPU, p99 ${p99} ms`;
    if (name === 'lastgood') return { what: `GET ${path}`, ours: told };
    const value = median(of.map(({ perSecond }, i) => mine[i].perSecond / perSecond));
    const ofCpu = median(of.map(({ cpu: theirs }, i) => mine[i].cpu / theirs));
    const figure = `${times(value)} req/s, ${times(ofCpu)} CPU a request`;
    const ok = value >= bars[name];
    return { what: `the same by ${name}`, against: told, figure, bar: `≥ ${times(bars[name])}`, ok, value };
  });
  report('http', rows);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  await stop();
}
