import { SettingsError, type Settings } from '../config/index.js';
import type { AlertChannel } from './alert-channel.js';
import { SentryChannel } from './sentry.channel.js';
import { WebhookChannel } from './webhook.channel.js';

/**
 * The channels that are set; `@sentry/node` is loaded for a DSN alone.
 * @throws SettingsError where it is not installed
 */
export async function openChannels(
  { sentryDsn, webhookUrl }: Settings['alerts'],
  load = (): Promise<typeof import('@sentry/node')> => import('@sentry/node'),
): Promise<AlertChannel[]> {
  const channels: AlertChannel[] = [];
  if (sentryDsn !== null) channels.push(new SentryChannel(await loaded(load), sentryDsn));
  if (webhookUrl !== null) channels.push(new WebhookChannel(webhookUrl));
  return channels;
}

async function loaded<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
        ? 'which is not installed: npm install @sentry/node'
        : `which could not be loaded (${(error as Error).message})`;
    throw new SettingsError([`SENTRY_DSN: needs the optional package @sentry/node, ${why}`]);
  }
}
