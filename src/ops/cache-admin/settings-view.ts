import type { ResolvedPolicy, Switches } from '../../core/index.js';
import type { Namespace, NamespaceSettings } from '../../platform/cache/index.js';

export interface SettingsView {
  readonly namespace: string;
  /** As they are followed now. */
  readonly switches: Switches;
  /** As it is followed now; `null` for no limit. */
  readonly policy: Record<keyof ResolvedPolicy, number | null>;
  /** What was set here; everything else is the default. */
  readonly set: Omit<NamespaceSettings, 'namespace'>;
}

export function settingsView(
  { namespace, switches, cache }: Namespace,
  set: NamespaceSettings | null,
): SettingsView {
  const policy = Object.entries(cache.policy).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : null,
  ]);
  return {
    namespace,
    switches: { ...switches },
    policy: Object.fromEntries(policy) as SettingsView['policy'],
    set: { switches: set?.switches ?? {}, policy: set?.policy ?? {} },
  };
}
