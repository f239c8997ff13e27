// @ts-check
// The body of the thread that reads feeds, see feed-parser.service.ts.
import { parentPort } from 'node:worker_threads';
import { parseArticles } from './parse-articles.mjs';

parentPort?.on('message', (/** @type {string} */ text) => parentPort?.postMessage(parseArticles(text)));
