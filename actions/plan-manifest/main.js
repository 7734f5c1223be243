import { action } from '../../dist/action.js';

await action('plan-manifest');
