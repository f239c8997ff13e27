export { KappaWindow } from './judging/kappa-window.js';
