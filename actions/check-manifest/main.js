import { action } from '../../dist/action.js';

await action('check-manifest');
