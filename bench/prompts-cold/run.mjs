// 100,000 people with 10 settings each, all of whom are read once over HTTP, one after the other and then eight at a
// time: what a cold read of `prompt-data` takes, how many index scans it makes of the settings, and what the process
// keeps (bar: as many entries as its memory may have, and no more memory than before but for those).
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from '../support/built.mjs';
import { duration, report } from '../support/figures.mjs';
import { people, seed, settingsScans, settle } from './database.mjs';
import { serve } from './server.mjs';

/** Read one after the other: no request waits for another. */
const alone = 5_000;
const atOnce = 8;
/** The default of CACHE_MEMORY_MAX_ENTRIES, and room for what is not yet collected (bytes). */
const maxEntries = 10_000;
const maxGrowthBytes = 200e6;
const templates = 1;

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

function ask(url, authorization, method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
    const sent = request(url + path, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(JSON.parse(text))
          : reject(new Error(`${path}: ${response.statusCode} ${text}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

const memoryOf = (pid) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1_024;
  return { rss: of('VmRSS'), peak: of('VmHWM') };
};
const at = (times, share) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)];
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const ms = (value) => duration(value * 1e6);

build();
const dataDir = mkdtempSync(join(tmpdir(), 'lastgood-bench-'));
let server = await serve(root, dataDir);
const stop = async () => {
  agent.destroy();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void stop().finally(() => process.exit(1)));
}

try {
  const seededInMs = await seed(dataDir);
  // A process that has seen nothing of this, on a Postgres that has none of it in memory.
  await server.stop();
  server = await serve(root, dataDir);
  const { url, pid, key } = server;
  const authorization = `Bearer ${key}`;
  const read = async (user) => {
    const body = { node_name: 'a_bench', user_id: user };
    const from = performance.now();
    const { user_placeholders: settings } = await ask(
      url,
      authorization,
      'POST',
      '/api/v1/prompt-data',
      body,
    );
    const tookMs = performance.now() - from;
    if (settings.p3 !== `3 of ${user}`) throw new Error(`${user} was given ${JSON.stringify(settings)}`);
    return tookMs;
  };
  // Reads the template, and warms what is not of anybody.
  for (let i = 0; i < 500; i++) await read(people - i);
  await settle();
  const before = memoryOf(pid);
  const scansBefore = await settingsScans(dataDir);

  const [one, several] = [[], []];
  for (let user = 1; user <= alone; user++) one.push(await read(user));
  let next = alone;
  const readOn = async () => {
    while (++next <= people) several.push(await read(next));
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: atOnce }, readOn));
  const perSecond = several.length / ((performance.now() - from) / 1_000);

  await settle();
  const scans = await settingsScans(dataDir);
  const after = memoryOf(pid);
  const { namespaces } = await ask(url, authorization, 'GET', '/admin/cache/stats');
  const kept = namespaces['prompt-settings'].tiers.memory;
  const reads = one.length + several.length;
  const byIndex = (scans.byIndex - scansBefore.byIndex) / reads;
  const growth = after.rss - before.rss;
  const heldTemplates = namespaces['prompt-templates'].tiers.memory.entries;
  report('prompts-cold', [
    { what: `${people.toLocaleString('en')} people × 10 settings: seeded`, ours: ms(seededInMs) },
    {
      what: 'a cold prompt-data, one after the other',
      ours: `p50 ${ms(at(one, 0.5))}, p99 ${ms(at(one, 0.99))}`,
      value: at(one, 0.99),
    },
    {
      what: `a cold prompt-data, ${atOnce} at a time`,
      ours: `p50 ${ms(at(several, 0.5))}, p99 ${ms(at(several, 0.99))}`,
      figure: `${perSecond.toFixed(0)} a second`,
      value: at(several, 0.99),
    },
    {
      what: 'scans of the settings for each',
      ours: `${byIndex.toFixed(2)} by index, ${scans.whole - scansBefore.whole} of the whole table in all`,
      bar: '≤ 1, and 0',
      ok: byIndex <= 1.01 && scans.whole === scansBefore.whole,
      value: byIndex,
    },
    {
      what: 'entries held after all were read',
      ours: `${kept.entries} settings, ${heldTemplates} templates`,
      bar: `≤ ${maxEntries}, and ${templates}`,
      ok: kept.entries <= maxEntries && heldTemplates === templates,
      value: kept.entries,
    },
    {
      what: 'resident memory',
      ours: `${megabytes(before.rss)} before, ${megabytes(after.rss)} after, ${megabytes(after.peak)} at most`,
      figure: `settings ${megabytes(kept.bytes ?? 0)} as estimated`,
      bar: `+ ${megabytes(maxGrowthBytes)}`,
      ok: growth <= maxGrowthBytes,
      value: growth,
    },
  ]);
  if (growth > maxGrowthBytes || kept.entries > maxEntries) process.exitCode = 1;
} finally {
  await stop();
}
