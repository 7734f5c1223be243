import { action } from '../../dist/action.js';

await action('destroy-environment');
