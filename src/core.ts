export * from './core/index.js';
export { SystemClock } from './adapters/system/system-clock.js';
