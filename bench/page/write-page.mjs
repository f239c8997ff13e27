// Writes what a run has found: docs/benchmarks.md, docs/benchmarks.svg, and the block of the README between its marks.
//   node bench/page/write-page.mjs     anew, from bench/result.json
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.mjs';
import { pageOf } from './page.mjs';
import { summaryOf } from './summary.mjs';

const root = new URL('../../', import.meta.url);
const prettier = createRequire(new URL('package.json', root))('prettier');
const marks = /(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/;

async function write(path, text) {
  const filepath = fileURLToPath(new URL(path, root));
  const options = await prettier.resolveConfig(filepath);
  writeFileSync(filepath, await prettier.format(text, { ...options, filepath }));
}

/** The figure that a part has measured with real servers takes its place in the table of all. */
function filledIn(result) {
  const { peers, fleet } = result.parts;
  const spread = fleet?.phases?.notified?.fromCommit;
  for (const { cells } of peers?.compared ?? []) {
    if (cells.lastgood?.part !== 'fleet' || spread === undefined) continue;
    cells.lastgood = {
      text: `p50 ${spread.p50} ms, p99 ${spread.p99} ms`,
      value: spread.p99,
      note: 'three servers on one Postgres, from the commit of an edit until the others answer it over HTTP; without Redis',
    };
  }
  return result;
}

export async function writePage(found) {
  const result = filledIn(found);
  writeFileSync(new URL('docs/benchmarks.svg', root), chart(result));
  await write('docs/benchmarks.md', pageOf(result));
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  if (marks.test(readme)) {
    await write(
      'README.md',
      readme.replace(marks, (_, begin, end) => `${begin}\n\n${summaryOf(result)}\n\n${end}`),
    );
  } else console.error('README.md has no <!-- bench --> … <!-- /bench -->: nothing was written there');
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
const last = new URL('../result.json', import.meta.url);
if (isMain) {
  if (!existsSync(last)) throw new Error('There is no bench/result.json: run `npm run bench` first');
  await writePage(JSON.parse(readFileSync(last, 'utf8')));
}
