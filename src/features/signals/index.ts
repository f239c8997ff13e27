export type { InferenceInputs } from './reading/inference-inputs.js';
export type { InferenceRecord, Signal, SignalRef } from './reading/signal.js';
export { SignalNamespaces } from './keeping/signal-namespaces.service.js';
export { SignalPushes } from './pushing/signal-pushes.service.js';
export { SignalService } from './reading/signal.service.js';
export { SignalsModule } from './signals.module.js';
export { readGames } from './warming/read-games.js';
export { SIGNALS_RUNTIME } from './types/runtime.js';
