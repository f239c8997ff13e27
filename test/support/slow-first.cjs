const { default: Sequencer } = require('@jest/test-sequencer');

/** On a machine that never ran them, Jest begins with the longest files; these are short and run for half a minute. */
const slow = [
  'catalog-coherence.property.spec',
  'catalog-webhooks.process.spec',
  'narratives-prewarm.process.spec',
  'fleet.search.spec',
  'cli-doctor.process.spec',
  'start.process.spec',
  'config-documents.api.spec',
  'prompt-people-replicas.api.spec',
  'prompts-documents.api.spec',
  'prompts-outage.api.spec',
  'cold-start.process.spec',
  'disk-tier.torn.spec',
  'log-trimming.api.spec',
  'webhooks-outage.api.spec',
  'narratives-erased.api.spec',
  'fleet.model.spec',
  'publish-kill.process.spec',
];

const isSlow = ({ path }) => slow.some((name) => path.includes(name));

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own
    const sorted = super.sort(tests);
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
};
