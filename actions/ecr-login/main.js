import { action } from '../../dist/action.js';

await action('ecr-login');
