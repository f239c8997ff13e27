// Writes what is derived from the metrics: the tables in docs/metrics.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderMetrics } from '../dist/src/ops/metrics/render-metrics.js';

const file = 'docs/metrics.md';
const between = /(<!-- metrics -->\n)[\s\S]*(<!-- \/metrics -->)/;
const tables = await renderMetrics();

writeFileSync(
  file,
  readFileSync(file, 'utf8').replace(between, (_, begin, end) => `${begin}\n${tables}\n${end}`),
);
