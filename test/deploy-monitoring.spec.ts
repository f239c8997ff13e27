import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import cache from '../scripts/dashboards/cache.mjs';
import coherence from '../scripts/dashboards/coherence.mjs';
import cost from '../scripts/dashboards/cost.mjs';
import dependencies from '../scripts/dashboards/dependencies.mjs';
import slo from '../scripts/dashboards/slo.mjs';
import { roleTable } from '../src/platform/security/role-table.js';
import { describePromtool } from './support/describe-promtool.js';
import {
  dashboards,
  prometheusFolder,
  rules,
  ruleTestFiles,
  ruleTests,
  type Panel,
} from './support/monitoring-files.js';
import { tempFolder } from './support/temp-folder.js';

const alerts = rules.filter(({ alert }) => alert !== undefined);
const byName = alerts.map((alert) => [alert.alert!, alert] as const);
const cases = ruleTests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
const runbook = (name: string) => readFileSync(join('docs', 'runbooks', name), 'utf8');

describe('alerts (OP-5)', () => {
  it('are each told once', () => {
    expect(new Set(byName.map(([name]) => name)).size).toBe(byName.length);
  });

  it.each(byName)('%s has a severity, a time for which it has to hold, and words for people', (_, alert) => {
    expect(['page', 'ticket']).toContain(alert.labels?.['severity']);
    expect(alert.for).toMatch(/^\d+[mh]$/);
    expect(Object.keys(alert.annotations ?? {})).toEqual(['summary', 'description', 'runbook']);
    expect(alert.annotations!['summary']).toMatch(/^[A-Z][^{]{9,}[^.]$/);
    expect(alert.annotations!['description']).toMatch(/^.{20,}\.$/);
  });

  it.each(byName)('%s has a runbook that exists and names it', (name, alert) => {
    const path = alert.annotations!['runbook']!;
    expect(path).toMatch(/^docs\/runbooks\/[a-z-]+\.md$/);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(`\`${name}\``);
  });

  it.each(byName)('%s has a case in which it fires, and one of its own in which nothing does', (name) => {
    const own = cases.filter(({ alertname }) => alertname === name);
    expect(own.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    const silent = ruleTests.filter(
      ({ alert_rule_test: looks = [] }) =>
        looks.length > 0 &&
        looks.every(({ alertname, exp_alerts }) => alertname === name && exp_alerts.length === 0),
    );
    expect(silent).not.toEqual([]);
  });
});

describe('runbooks (OP-5)', () => {
  const pages = readdirSync(join('docs', 'runbooks')).filter((name) => name !== 'README.md');

  it.each(pages)('%s is in the list, and short enough for three in the morning', (name) => {
    expect(runbook('README.md')).toContain(`(${name})`);
    // How to restore is for the day after.
    const most = name === 'restore.md' ? Number.POSITIVE_INFINITY : 41;
    expect(runbook(name).split('\n').length).toBeLessThanOrEqual(most);
  });

  it.each(pages)('%s sends nobody to a route that does not exist', (name) => {
    const routes = Object.keys(roleTable).map((route) => route.replace(/^\w+ /, ''));
    const patterns = routes.map((route) => new RegExp(`^${route.replaceAll(/:\w+|\*/g, '[^/]+')}$`));
    const asked = [...runbook(name).matchAll(/(?:ask '?|\b(?:GET|POST|PUT|DELETE) )(\/[\w/-]+)/g)].map(
      ([, path]) => path!,
    );
    expect(asked.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('name no alert that does not exist', () => {
    const named = pages.flatMap((name) => [...runbook(name).matchAll(/`(Lastgood[A-Z]\w+)`/g)]);
    const known = new Set(byName.map(([name]) => name));
    expect(named.map(([, name]) => name).filter((name) => !known.has(name!))).toEqual([]);
  });
});

describe('dashboards (OP-6)', () => {
  const panelsOf = (panels: readonly Panel[]) => panels.filter(({ type }) => type !== 'row');

  it.each([slo, cache, dependencies, coherence, cost])(
    '$uid is as scripts/generate-dashboards.mjs writes it',
    (generated) => {
      expect(dashboards.find(({ uid }) => uid === generated.uid)).toEqual(generated);
    },
  );

  it('are five, each with a name in the address of its own', () => {
    expect(dashboards.map(({ uid }) => uid).toSorted()).toEqual(
      ['cache', 'coherence', 'cost', 'dependencies', 'slo'].map((name) => `lastgood-${name}`),
    );
  });

  it.each(dashboards.map((each) => [each.uid, each] as const))(
    '%s: each panel has a title, words, a unit and the datasource that was chosen; none covers another',
    (_, { panels, schemaVersion, description, templating }) => {
      expect(schemaVersion).toBe(41);
      expect(description).toMatch(/\.$/);
      expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance']);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const { title, type, datasource, targets = [], ...panel } of panelsOf(panels)) {
        expect([title, panel.description]).toEqual([title, expect.stringMatching(/^[A-Z0-9].*\.$/)]);
        expect([title, datasource]).toEqual([title, { type: 'prometheus', uid: '${datasource}' }]);
        expect([title, panel.fieldConfig!.defaults.unit]).toEqual([title, expect.stringMatching(/\w/)]);
        expect(targets).not.toEqual([]);
        const { steps } = panel.fieldConfig!.defaults.thresholds!;
        expect([title, type, steps.length > 0]).toEqual([title, type, true]);
      }
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (__, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    },
  );
});

describePromtool('promtool', (promtool) => {
  it('finds no fault with the rules (OP-5)', () => {
    expect(promtool('check', 'rules', join(prometheusFolder, 'rules.yml'))).toContain('SUCCESS');
  });

  it('sees each alert fire when it has to, and not before nor for less (OP-5)', () => {
    const files = ruleTestFiles.map((name) => join(prometheusFolder, name));
    expect(promtool('test', 'rules', ...files)).not.toContain('FAILED');
  }, 400_000);

  it('finds no fault with the configuration, the rules and the token that it names (OP-5)', () => {
    const folder = tempFolder('prometheus');
    const token = join(folder, 'metrics_token');
    writeFileSync(token, 'a-token-of-the-tests');
    copyFileSync(join(prometheusFolder, 'rules.yml'), join(folder, 'rules.yml'));
    const config = readFileSync(join(prometheusFolder, 'prometheus.yml'), 'utf8');
    expect(config).toContain('/run/secrets/metrics_token');
    const copy = join(folder, 'prometheus.yml');
    writeFileSync(copy, config.replace('/run/secrets/metrics_token', token));
    expect(promtool('check', 'config', copy)).toContain('SUCCESS: 1 rule files found');
  });
});
