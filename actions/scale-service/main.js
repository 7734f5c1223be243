import { action } from '../../dist/action.js';

await action('scale-service');
