import { action } from '../../dist/action.js';

await action('run-task');
