import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { tempFolder } from './temp-folder.js';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Where `kubernetes-models` has a kind: `apps/v1`, and `v1` for the core. */
const moduleOf = ({ apiVersion }: Manifest): string => `kubernetes-models/${apiVersion}`;

/** By the API's own schema: what is missing, and values that it does not take. It is silent on fields that it does not know. */
export function faultsOfManifest(manifest: Manifest): string[] {
  const models = require(moduleOf(manifest)) as Record<string, new (data: Manifest) => { validate(): void }>;
  try {
    new models[manifest.kind]!(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** By the API's types, which know every field there is: TypeScript says which are not among them. */
export function faultsOfTypes(manifests: readonly Manifest[]): string[] {
  const lines = manifests.map(
    (manifest, at) =>
      `import type { I${manifest.kind} as T${at} } from '${moduleOf(manifest)}';\nexport const m${at}: T${at} = ${JSON.stringify(manifest)};`,
  );
  const file = join(tempFolder('manifests'), 'manifests.ts');
  writeFileSync(file, lines.join('\n'));
  const root = resolve(__dirname, '..', '..');
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths: { 'kubernetes-models/*': [join(root, 'node_modules', 'kubernetes-models', '*')] },
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
