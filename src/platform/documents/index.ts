export { canonicalJson } from './canonical-json.js';
export { describeIssue } from './describe-issue.js';
export { readYaml } from './read-yaml.js';
