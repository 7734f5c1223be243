import { action } from '../../dist/action.js';

await action('delete-service');
