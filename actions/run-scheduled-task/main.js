import { action } from '../../dist/action.js';

await action('run-scheduled-task');
