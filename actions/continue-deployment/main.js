import { action } from '../../dist/action.js';

await action('continue-deployment');
