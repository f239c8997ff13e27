import type { Alert } from './alert.js';

export interface DescribedAlert {
  readonly level: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** How an alert is put where messages are read in a list. */
export function describeAlert(alert: Alert): DescribedAlert {
  const { namespace } = alert;
  switch (alert.kind) {
    case 'outage':
    case 'recovery': {
      const { ageMs, alarmMs, confirmedAt, reasons } = alert;
      const facts = { ageMs, alarmMs, confirmedAt, reasons };
      return alert.kind === 'outage'
        ? { level: 'error', message: `Stale service of ${namespace} outlasts its alarm`, facts }
        : { level: 'info', message: `${namespace} is confirmed again`, facts };
    }
    default: {
      const { measure, share, threshold } = alert;
      const facts = { measure, share, threshold };
      return alert.kind === 'threshold-crossed'
        ? { level: 'warning', message: `${measure} of ${namespace} is beyond its threshold`, facts }
        : { level: 'info', message: `${measure} of ${namespace} is within its threshold again`, facts };
    }
  }
}
