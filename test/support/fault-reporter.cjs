const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * Collects what the fault specs measured (fault-report.ts): prints the table and writes it as JSON. A machine that is
 * busy with something else misses a bound of milliseconds, so that a missed bound is told here and fails no test.
 */
module.exports = class FaultReporter {
  constructor() {
    this.lines = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'lastgood-faults-')), 'measured.jsonl');
    fs.writeFileSync(this.lines, '');
    process.env.FAULT_REPORT = this.lines;
  }

  onRunComplete(_contexts, results) {
    const measured = fs.readFileSync(this.lines, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
    fs.rmSync(path.dirname(this.lines), { recursive: true, force: true });
    const file = path.resolve('reports', 'faults.json');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const { numPassedTests: passed, numFailedTests: failed, startTime } = results;
    const facts = { seconds: Math.round((Date.now() - startTime) / 1_000), passed, failed };
    fs.writeFileSync(file, `${JSON.stringify({ ...facts, measured }, null, 2)}\n`);
    process.stdout.write(`\n${table(measured)}\n\nMeasured figures: ${file}\n`);
  }
};

function table(measured) {
  const rows = measured.map(({ row, fault, what, limit, value, unit, met }) => {
    const shown = (figure) => (figure === null ? 'never' : `${Math.round(figure * 10) / 10} ${unit}`.trim());
    return [row, fault, what, `≤ ${shown(limit)}`, shown(value), met ? 'yes' : 'NO'];
  });
  const all = [['row', 'fault', 'what', 'bound', 'measured', 'met'], ...rows];
  const widths = all[0].map((_, at) => Math.max(...all.map((cells) => cells[at].length)));
  return all
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
