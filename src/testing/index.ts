export { Chaos, type Mishap } from './chaos.js';
export { ChaosChangeFeed } from './chaos-change-feed.js';
export { ChaosOrigin } from './chaos-origin.js';
export { FakeChangeFeed } from './fake-change-feed.js';
export { FakeDatabase, type DatabaseMoment, type RowChanges } from './fake-database.js';
export { FakeOrigin } from './fake-origin.js';
export type { FaultMode } from './fault-mode.js';
export { TcpFaultProxy } from './tcp-fault-proxy.js';
export { VirtualClock } from './virtual-clock.js';
