import { action } from '../../dist/action.js';

await action('register-task-definition');
