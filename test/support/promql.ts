import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** A metric that a query reads, and the labels that the query takes it to have. */
export interface Use {
  readonly metric: string;
  readonly labels: ReadonlySet<string>;
}

/** Every metric of a PromQL query. Throws at what is no PromQL. */
export function usesIn(query: string): Use[] {
  const top = parse(query);
  return within(top, 'VectorSelector').map((selector) => {
    const [name] = within(selector, 'Identifier');
    if (name === undefined) throw new Error(`A selector without a name: ${query}`);
    const matched = within(selector, 'LabelMatchers').flatMap((each) => within(each, 'LabelName'));
    const grouped = around(selector).flatMap((each) => groupingOf(each));
    return {
      metric: text(query, name),
      labels: new Set([...matched, ...grouped].map((each) => text(query, each))),
    };
  });
}

/** The labels of what a query yields, where it is an aggregation; `null` where it is none. */
export function groupedBy(query: string): string[] | null {
  const [aggregation] = within(parse(query), 'AggregateExpr');
  return aggregation === undefined ? null : groupingOf(aggregation).map((label) => text(query, label));
}

function parse(query: string): Node {
  const { topNode } = parser.parse(query);
  for (const each of all(topNode))
    if (each.type.isError) throw new Error(`No PromQL at character ${each.from}: ${query}`);
  return topNode;
}

/** `by (…)` of an aggregation, `on (…)` of an operator. */
function groupingOf(node: Node): Node[] {
  const clause = node.getChild('AggregateModifier') ?? node.getChild('MatchingModifierClause');
  return clause === null ? [] : within(clause, 'LabelName');
}

function within(node: Node, name: string): Node[] {
  return all(node).filter((each) => each.name === name);
}

function all(node: Node): Node[] {
  const found: Node[] = [node];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(...all(child));
  return found;
}

function around(node: Node): Node[] {
  const found: Node[] = [];
  for (let parent = node.parent; parent !== null; parent = parent.parent) found.push(parent);
  return found;
}

function text(query: string, { from, to }: Node): string {
  return query.slice(from, to);
}
