import type { Command } from 'commander';
import { print, tell } from './print.js';
import { renderTable } from './render-table.js';
import { addServerOptions, callServer, type ServerOptions } from './server-client.js';

interface ClusterView {
  readonly source: 'database' | 'self';
  readonly instances: readonly {
    readonly name: string;
    readonly state: string;
    readonly isLive: boolean;
    readonly seenAt: string;
    readonly applied: Readonly<Record<string, string>>;
    readonly lag: Readonly<Record<string, number | null>>;
    readonly frozen: readonly string[];
  }[];
}

type Instance = ClusterView['instances'][number];

function behind({ lag }: Instance): string {
  const late = Object.entries(lag).filter(([, versions]) => versions !== 0);
  if (late.length === 0) return 'nothing';
  return late
    .map(([stream, versions]) => `${stream} ${versions === null ? '(another history)' : `by ${versions}`}`)
    .join(', ');
}

const toRow = (instance: Instance) => ({
  instance: instance.name,
  state: instance.isLive ? instance.state : `gone (${instance.state})`,
  seen: instance.seenAt,
  behind: behind(instance),
  frozen: instance.frozen.join(' ') || null,
  // The epoch is as long as it says nothing.
  applied: Object.entries(instance.applied)
    .map(([stream, point]) => `${stream}:${point.slice(point.lastIndexOf(':') + 1)}`)
    .join(' '),
});

async function showCluster(options: ServerOptions & { readonly json?: boolean }): Promise<void> {
  const view = await callServer<ClusterView>(options, 'GET', '/admin/cluster');
  if (options.json) return print(JSON.stringify(view, null, 2));
  print(renderTable(view.instances.map(toRow)));
  if (view.source === 'self')
    tell('the database does not tell of the others now: this is the server that was asked');
}

export function addClusterCommand(program: Command): void {
  addServerOptions(program.command('cluster'))
    .description('every server on this database: its state, and how far it has applied each stream')
    .option('--json', 'for programs, instead of a table')
    .action(showCluster);
}
