import { languageChain } from '../rows/language-chain.js';
import type { Panel, Snapshot } from '../snapshot/snapshot.js';
import { ConfigNotFoundError } from './config-not-found.error.js';

/** The panel of the most specific language that has one. Throws a ConfigNotFoundError. */
export function findPanel(snapshot: Snapshot, language: string): Panel {
  for (const tag of languageChain(language)) {
    const panel = snapshot.panels.get(tag);
    if (panel) return panel;
  }
  throw ConfigNotFoundError.judges(language);
}
