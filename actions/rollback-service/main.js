import { action } from '../../dist/action.js';

await action('rollback-service');
