// Everything in the repository that is made from the code: `npm run generate`.
import './generate-settings.mjs';
import './generate-metrics.mjs';
import './generate-commands.mjs';
import './generate-dashboards.mjs';
