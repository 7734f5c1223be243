import { action } from '../../dist/action.js';

await action('build-push');
