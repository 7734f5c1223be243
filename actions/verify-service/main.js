import { action } from '../../dist/action.js';

await action('verify-service');
