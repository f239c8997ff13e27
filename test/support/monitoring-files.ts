import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const deploy = resolve('deploy');

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleTest {
  readonly alert_rule_test?: readonly {
    readonly alertname: string;
    readonly exp_alerts: readonly object[];
  }[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly object[] };
    };
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

export const prometheusFolder = join(deploy, 'prometheus');
const runbookFolder = resolve('docs', 'runbooks');
const dashboardFolder = join(deploy, 'grafana', 'dashboards');
const yamlFile = (name: string): unknown => parse(readFileSync(join(prometheusFolder, name), 'utf8'));

export const rules = (yamlFile('rules.yml') as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

export const ruleTestFiles = readdirSync(prometheusFolder).filter((name) => name.endsWith('.test.yml'));

export const ruleTests = ruleTestFiles.flatMap((name) => (yamlFile(name) as { tests: RuleTest[] }).tests);

export const dashboards: readonly Dashboard[] = readdirSync(dashboardFolder).map(
  (name) => JSON.parse(readFileSync(join(dashboardFolder, name), 'utf8')) as Dashboard,
);

/** Blocks of code in a language, of all runbooks. */
export function runbookBlocks(language: string): { readonly where: string; readonly text: string }[] {
  return readdirSync(runbookFolder).flatMap((name) => {
    const page = readFileSync(join(runbookFolder, name), 'utf8');
    const blocks = page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'));
    // The restoration is rehearsed by a test of its own.
    return name === 'restore.md' ? [] : [...blocks].map(([, text]) => ({ where: name, text: text! }));
  });
}

/** Each PromQL expression, and where it stands; in runbooks one a line. What Grafana fills in is filled in. */
export const queries: readonly { readonly where: string; readonly expr: string }[] = [
  ...rules.map(({ alert, record, expr }) => ({ where: `rules.yml: ${alert ?? record}`, expr })),
  ...dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({
        where: `${uid}: ${title}`,
        expr: expr.replaceAll(/\$__(rate_interval|range)/g, '5m'),
      })),
    ),
  ),
  ...runbookBlocks('promql').flatMap(({ where, text }) =>
    text
      .trim()
      .split('\n')
      .map((expr) => ({ where, expr })),
  ),
];
