export { clientIp } from './client-ip.js';
export { networkOf } from './network-of.js';
export { normaliseIp } from './normalise-ip.js';
