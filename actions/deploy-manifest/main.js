import { action } from '../../dist/action.js';

await action('deploy-manifest');
