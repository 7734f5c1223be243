import { action } from '../../dist/action.js';

await action('deregister-task-definitions');
