import { action } from '../../dist/action.js';

await action('render-task-definition');
