import { action } from '../../dist/action.js';

await action('wait-for-service');
