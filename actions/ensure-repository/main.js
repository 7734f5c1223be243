import { action } from '../../dist/action.js';

await action('ensure-repository');
